"use strict";
// The page of a model.
(function (BS) {
  const { card, terms, doi, citation, loading } = BS.parts;

  function averages(number) {
    const table = BS.selection.view({});
    const rows = BS.selection.preorder(table).map((at) => [table.nodes[at], table.rows[number][at]]);
    return BS.table("Averages by the rule of the board", ["node", "value ± error", "benchmarks"],
      rows.map(([node, [value, error, covered]]) => [node.name.replace(/_/g, " "), BS.plusMinus(value, error) || "no value", `${covered}/${node.all.length}`]), [1, 2]);
  }

  function scores(page) {
    const found = BS.data.benchmarks.filter((line) => page.scores[line.id] && page.scores[line.id].status === "ok");
    return BS.table("Scores", ["benchmark", "score ± error", "rank (95%)", "ceiling", "raw", "published before or after", "flags"],
      found.map((line) => {
        const score = page.scores[line.id];
        const when = score.prospective === undefined ? "" : score.prospective ? "prospective" : "retrospective";
        return [BS.link({ page: "benchmark", name: line.id }, line.id), BS.plusMinus(score.value, score.error) || "null",
          BS.rankText(score.rank), BS.plusMinus(score.ceiling, score.ceiling_error), BS.plusMinus(score.raw, score.raw_error), when, (score.flags || []).join(", ")];
      }), [1, 2, 3, 4]);
  }

  function failures(page) {
    const found = Object.entries(page.scores).filter(([, score]) => score.status !== "ok");
    if (!found.length) return null;
    return [BS.el("h2", {}, "Without a score"), BS.table("What has no score, and why", ["benchmark", "what became of it", "reason"],
      found.map(([name, score]) => [BS.link({ page: "benchmark", name }, name), score.status, score.reason || ""]))];
  }

  function history(page) {
    const [when, name, value] = [(line) => Date.parse(line[0] + "Z"), (line) => line[1], (line) => line[3]];
    const points = page.history.filter((line) => value(line) !== null && value(line) !== undefined)
      .map((line) => ({ x: when(line), y: value(line), text: `${name(line)} ${line[0]}: ${BS.number(value(line))}` }));
    const dates = { label: "stored", show: (time) => new Date(time).toISOString().slice(0, 10), least: 36e5 };
    if (points.length) {
      const [low, high] = [points[0].x, points[points.length - 1].x];
      dates.ticks = high > low ? [low, (low + high) / 2, high] : [low];
    }
    const lines = page.history.slice(-200).reverse();
    return [BS.el("h2", {}, "History"),
      points.length ? BS.figures.plane("Every score that was stored", points, dates, { label: "score" }) : null,
      BS.el("details", {}, BS.el("summary", {}, `The last ${lines.length} of ${page.history.length} attempts`),
        BS.table("Attempts", ["stored", "benchmark", "version", "score", "status"],
          lines.map(([stored, benchmark, version, score, status]) => [stored.replace("T", " "), benchmark, version, BS.number(score), status]), [2, 3]))];
  }

  function loadingIt(page) {
    const install = page.distribution ? `pip install "${page.distribution}${page.version ? "==" + page.version : ""}"\n` : "";
    return BS.el("pre", {}, `${install}python -c "from brainscore_core import load_model; model = load_model('${page.identifier}')"\n` +
      `brainscore score "${page.identifier}" --benchmark ID`);
  }

  function draw(page) {
    const number = BS.data.modelNumber.get(page.identifier);
    const top = BS.selection.view({});
    const average = top.top === undefined ? [NaN, NaN, 0] : top.rows[number][top.top];
    const line = BS.data.models[number];
    const rows = BS.data.benchmarks.map((benchmark, at) => ({ benchmark, at })).filter(({ at }) => BS.data.counts(number, at));
    return [
      BS.el("h1", {}, page.identifier),
      page.description ? BS.el("p", {}, page.description) : null,
      BS.el("div", { class: "cards" }, card(BS.plusMinus(average[0], average[1]), BS.data.node.replace(/_/g, " ")),
        card(BS.rankText(page.rank) || "not ranked", "rank, 95% interval"),
        card(`${rows.length} of ${BS.data.width}`, "benchmarks with a score"),
        card(line.flags.join(", ") || "none", "flags")),
      BS.el("p", {}, BS.link({ page: "compare", options: { models: page.identifier } }, "Compare with others")),
      rows.length ? BS.figures.rows("Score on each benchmark with its 95% interval", rows.map(({ benchmark, at }) => ({
        label: benchmark.id, value: BS.data.value(number, at), error: BS.data.error(number, at) || 0,
        text: `${benchmark.id}: ${BS.plusMinus(BS.data.value(number, at), BS.data.error(number, at))}`,
        href: BS.route.href({ page: "benchmark", name: benchmark.id }) })), "score") : null,
      BS.el("h2", {}, "Averages"), averages(number),
      BS.el("h2", {}, "Scores"), scores(page),
      failures(page),
      BS.el("h2", {}, "What it is"),
      terms([["parameters", page.parameters], ["operations", page.flops], ["trained on", page.training_data], ["architecture", page.architecture],
        ["visual degrees", page.visual_degrees], ["layers committed", page.layers], ["how they were chosen", page.layers_chosen],
        ["tasks", page.tasks], ["parts that are no neurons", page.non_neural_parts], ["weights frozen", page.released],
        ["licence", page.licence], ["paper", page.doi ? doi(page.doi) : ""], ["package", `${page.distribution} ${page.version}`.trim()],
        ["digest", page.digest]]),
      BS.el("h2", {}, "How to load it"), loadingIt(page),
      BS.el("h2", {}, "How to cite it"), citation(page.bibtex, "model"),
      history(page),
    ];
  }

  BS.pages.model = loading("model", draw);
})((window.BS = window.BS || {}));
