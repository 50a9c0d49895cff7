"use strict";
// The page of a model.
(function (BS) {
  const { card, terms, doi, citation, loading } = BS.parts;

  function averages(table, number) {
    const rows = BS.selection.preorder(table).map((at) => [table.nodes[at], table.rows[number][at]]);
    return BS.table(
      BS.selection.told(table),
      ["node", "value ± error", "benchmarks"],
      rows.map(([node, [value, error, covered, total]]) => [
        node.name.replace(/_/g, " "),
        BS.plusMinus(value, error) || "no value",
        `${covered}/${total}`,
      ]),
      [1, 2],
    );
  }

  function scores(page) {
    const found = BS.data.benchmarks.filter((line) => page.scores[line.id] && page.scores[line.id].status === "ok");
    return BS.table(
      "Scores",
      ["benchmark", "score ± error", "rank (95%)", "ceiling", "raw", "published before or after", "flags"],
      found.map((line) => {
        const score = page.scores[line.id];
        const when = score.prospective === undefined ? "" : score.prospective ? "prospective" : "retrospective";
        return [
          BS.link({ page: "benchmark", name: line.id }, line.id),
          BS.plusMinus(score.value, score.error) || "null",
          BS.rankText(score.rank),
          BS.plusMinus(score.ceiling, score.ceiling_error),
          BS.plusMinus(score.raw, score.raw_error),
          when,
          (score.flags || []).join(", "),
        ];
      }),
      [1, 2, 3, 4],
    );
  }

  function failures(page) {
    const found = Object.entries(page.scores).filter(([, score]) => score.status !== "ok");
    if (!found.length) return null;
    return [
      BS.el("h2", {}, "Without a score"),
      BS.table(
        "What has no score, and why",
        ["benchmark", "what became of it", "reason"],
        found.map(([name, score]) => [BS.link({ page: "benchmark", name }, name), score.status, score.reason || ""]),
      ),
    ];
  }

  const dates = (points) => {
    const [low, high] = [points[0].x, points[points.length - 1].x];
    const ticks = high > low ? [low, (low + high) / 2, high] : [low];
    return { label: "stored", show: (time) => new Date(time).toISOString().slice(0, 10), least: 36e5, ticks };
  };

  /** Scores over time on one benchmark, which the reader chooses; first the one that was tried most often. */
  function history(page) {
    const tried = new Map();
    for (const line of page.history) tried.set(line[1], (tried.get(line[1]) || 0) + 1);
    const names = [...tried.keys()].sort((one, other) => tried.get(other) - tried.get(one) || one.localeCompare(other));
    if (!names.length) return null;
    const place = BS.el("div");
    const choose = (name) => place.replaceChildren(...historyOf(page, name));
    choose(names[0]);
    const choices = names.map((name) => [name, `${name} (${tried.get(name)})`]);
    return [
      BS.el("h2", {}, "History"),
      BS.el("div", { class: "tools" }, BS.select("Benchmark (attempts)", choices, names[0], choose)),
      place,
    ];
  }

  function historyOf(page, name) {
    const lines = page.history.filter((line) => line[1] === name);
    const points = lines
      .filter(([, , , value]) => value !== null && value !== undefined)
      .map(([stored, , version, value]) => ({
        x: Date.parse(stored + "Z"),
        y: value,
        text: `${stored}, version ${version}: ${BS.number(value)}`,
      }));
    const rows = lines.map(([stored, , version, score, status]) => [
      stored.replace("T", " "),
      version,
      BS.number(score),
      status,
    ]);
    return [
      points.length
        ? BS.figures.plane(`Scores on ${name} as they were stored`, points, dates(points), { label: "score" })
        : "",
      BS.table(`Attempts at ${name}`, ["stored", "version", "score", "status"], rows.reverse(), [1, 2]),
    ];
  }

  function loadingIt(page) {
    if (!page.distribution) {
      return BS.el(
        "p",
        {},
        "This model was held in memory when it was scored: no package provides it, so nothing here can load it. ",
        "Whoever defined it in Python can score it again from there.",
      );
    }
    const install = `pip install "${page.distribution}${page.version ? "==" + page.version : ""}"\n`;
    return BS.el(
      "pre",
      {},
      `${install}python -c "from brainscore_core import load_model; model = load_model('${page.identifier}')"\n` +
        `brainscore score "${page.identifier}" --benchmark ID`,
    );
  }

  const LABELS = { python: "Python", platform: "platform", device: "device", seed: "seed", libraries: "libraries" };
  Object.assign(LABELS, { model: "package of the model", weights: "weights (SHA-256)", benchmark: "benchmark" });
  Object.assign(LABELS, { metric: "metric", data: "data", seconds: "seconds", peak_memory_mb: "peak memory, MB" });

  const told = (entries) => terms(Object.keys(LABELS).map((key) => [LABELS[key], entries[key]]));

  /** How scores were computed: what all share, then what is special about each. */
  function provenance(page) {
    const special = Object.entries(page.scores).filter(([, score]) => Object.keys(score.provenance || {}).length);
    const common = page.provenance || {};
    if (!special.length && !Object.keys(common).length) return null;
    return [
      BS.el("h2", {}, "How the scores were computed"),
      Object.keys(common).length ? told(common) : null,
      special.length
        ? BS.el(
            "details",
            {},
            BS.el("summary", {}, `What differs between ${special.length} scores`),
            special.map(([name, score]) => [BS.el("h3", {}, name), told(score.provenance)]),
          )
        : null,
    ];
  }

  function draw(page, route) {
    const number = BS.data.modelNumber.get(page.identifier);
    const shared = BS.selection.shared(route.options);
    const table = BS.selection.view(shared);
    const average = table.top === undefined ? [NaN, NaN, 0] : table.rows[number][table.top];
    const top = table.top === undefined ? BS.data.node : table.nodes[table.top].name;
    const line = BS.data.models[number];
    const rank = BS.selection.ranks(table)[number];
    const rows = BS.data.benchmarks
      .map((benchmark, at) => ({ benchmark, at }))
      .filter(({ at }) => BS.data.counts(number, at));
    return [
      BS.el("h1", {}, page.identifier),
      page.description ? BS.el("p", {}, page.description) : null,
      BS.el(
        "div",
        { class: "cards" },
        card(BS.plusMinus(average[0], average[1]), top.replace(/_/g, " ")),
        card(
          BS.rankText(rank) || "not ranked",
          "rank, 95% interval" + (table.paired || !rank ? "" : " (wider: independent errors)"),
        ),
        card(`${rows.length} of ${BS.data.width}`, "benchmarks with a score"),
        card(line.flags.join(", ") || "none", "flags"),
      ),
      BS.el(
        "p",
        {},
        BS.link({ page: "compare", options: { ...shared, models: page.identifier } }, "Compare with others"),
      ),
      rows.length
        ? BS.figures.rows(
            "Score on each benchmark with its 95% interval",
            rows.map(({ benchmark, at }) => ({
              label: benchmark.id,
              value: BS.data.value(number, at),
              error: BS.data.error(number, at) || 0,
              text: `${benchmark.id}: ${BS.plusMinus(BS.data.value(number, at), BS.data.error(number, at))}`,
              href: BS.route.href({ page: "benchmark", name: benchmark.id }),
            })),
            "score",
          )
        : null,
      BS.el("h2", {}, "Averages"),
      averages(table, number),
      BS.el("h2", {}, "Scores"),
      scores(page),
      failures(page),
      BS.el("h2", {}, "What it is"),
      terms([
        ["parameters", page.parameters],
        ["operations", page.flops],
        ["trained on", page.training_data],
        ["architecture", page.architecture],
        ["visual degrees", page.visual_degrees],
        ["layers committed", page.layers],
        ["how they were chosen", page.layers_chosen],
        ["tasks", page.tasks],
        ["parts that are no neurons", page.non_neural_parts],
        ["weights frozen", page.released],
        ["licence", page.licence],
        ["paper", page.doi ? doi(page.doi) : ""],
        ["package", `${page.distribution} ${page.version}`.trim() || "none: held in memory"],
        ["digest", page.digest],
      ]),
      provenance(page),
      BS.el("h2", {}, "How to load it"),
      loadingIt(page),
      BS.el("h2", {}, "How to cite it"),
      citation(page.bibtex, "model"),
      history(page),
    ];
  }

  const page = loading("model", draw);

  /** With the rank intervals of filters, where the address asks for some. */
  BS.pages.model = function (main, route) {
    if (!Object.keys(BS.selection.shared(route.options)).length || BS.selection.intervals) return page(main, route);
    main.replaceChildren(BS.el("h1", {}, route.name), BS.el("p", { role: "status" }, "Reading ..."));
    const go = () => BS.route.now().name === route.name && page(main, route);
    return BS.selection.loadIntervals().then(go, go);
  };
})((window.BS = window.BS || {}));
