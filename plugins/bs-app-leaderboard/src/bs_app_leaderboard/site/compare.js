"use strict";
// Two to six models beside each other, and what they differ by.
(function (BS) {
  const MOST = 6;

  function chooser(models, change) {
    const list = BS.el(
      "datalist",
      { id: "models" },
      BS.data.models.map((line) => BS.el("option", { value: line.id })),
    );
    const input = BS.el("input", {
      type: "text",
      list: "models",
      "aria-label": "Add a model",
      placeholder: "add a model",
      disabled: models.length >= MOST,
      onchange: (event) => {
        const at = BS.data.modelNumber.get(event.target.value);
        if (at !== undefined && !models.includes(at)) change([...models, at]);
      },
    });
    const chips = models.map((at) =>
      BS.el(
        "button",
        {
          type: "button",
          "aria-label": "Remove " + BS.data.models[at].id,
          onclick: () => change(models.filter((other) => other !== at)),
        },
        BS.data.models[at].id + " ×",
      ),
    );
    return BS.el("div", { class: "tools" }, chips, input, list);
  }

  /** Every pair with the base, at each node and on each benchmark; corrected over all pairs of models there. */
  function differences(table, models, base, draws) {
    const has = (at) => models.filter((model) => !Number.isNaN(table.rows[model][at][0]));
    const nodes = BS.selection.preorder(table).flatMap((at) => {
      const pairs = BS.pairs.against(BS.pairs.onNode(table, has(at), at, draws), base);
      return pairs.map((pair) => ({ ...pair, kind: "node", name: table.nodes[at].name, ...coverage(table, pair, at) }));
    });
    const leaves = BS.data.benchmarks.flatMap(({ id }, at) => {
      if (!table.kept[at]) return [];
      const pairs = BS.pairs.against(BS.pairs.onBenchmark(models, at, draws), base);
      return pairs.map((pair) => ({ ...pair, kind: "leaf", name: id, same: true, coverage: "" }));
    });
    return [...nodes, ...leaves];
  }

  /** On how many benchmarks the two averages rest. */
  function coverage(table, pair, at) {
    const told = [pair.one, pair.other].map((model) => table.rows[model][at].slice(2).join("/"));
    return { coverage: [...new Set(told)].join(", ") };
  }

  function verdict(pair) {
    if (pair.same || pair.verdict !== "yes") return pair.verdict;
    return "yes, over different benchmarks";
  }

  function p(value) {
    if (Number.isNaN(value)) return "";
    return value < 0.001 ? "< .001" : value.toFixed(3);
  }

  const signed = (value) => (value > 0 ? "+" : "") + BS.number(value);
  const pairedWord = (pair) => (pair.paired ? (pair.quantity === "raw" ? "yes, raw values" : "yes") : "no");

  function pairRows(found) {
    return found.map((pair) => [
      pair.kind === "node" ? pair.name.replace(/_/g, " ") : BS.link({ page: "benchmark", name: pair.name }, pair.name),
      BS.data.models[pair.one].id,
      signed(pair.difference),
      Number.isNaN(pair.error) ? "unknown" : `${BS.number(pair.low)} to ${BS.number(pair.high)}`,
      p(pair.p),
      verdict(pair),
      pairedWord(pair),
      pair.coverage,
    ]);
  }

  const FILE = ["where", "model", "less", "difference", "error", "low", "high", "p_holm", "real", "paired", "quantity"];

  /** Numbers as numbers: what a spreadsheet is to compute with. */
  function fileRows(found) {
    const digits = (value) => (Number.isFinite(value) ? Number(value.toPrecision(6)) : null);
    return found.map((pair) => [
      pair.name,
      BS.data.models[pair.one].id,
      BS.data.models[pair.other].id,
      ...[pair.difference, pair.error, pair.low, pair.high, pair.p].map(digits),
      verdict(pair),
      pair.paired ? "yes" : "no",
      pair.quantity,
    ]);
  }

  function valueRows(table, models) {
    const nodes = BS.selection.preorder(table).map((at) => [
      table.nodes[at].name.replace(/_/g, " "),
      ...models.map((model) => {
        const [value, error, covered, total] = table.rows[model][at];
        return (BS.plusMinus(value, error) || "–") + (covered < total ? ` (${covered}/${total})` : "");
      }),
    ]);
    const kept = BS.data.benchmarks.map((_, at) => at).filter((at) => table.kept[at]);
    const leaves = kept.map((at) => [
      BS.link({ page: "benchmark", name: BS.data.benchmarks[at].id }, BS.data.benchmarks[at].id),
      ...models.map(
        (model) =>
          BS.plusMinus(...BS.selection.score(table, model, at)) ||
          (BS.data.counts(model, at) ? "left out by the filter" : BS.STATES[BS.data.state(model, at)][1]),
      ),
    ]);
    return [...nodes, ...leaves];
  }

  function drawing(found, base) {
    const nodes = found.filter((pair) => pair.kind === "node" && Number.isFinite(pair.error));
    if (!nodes.length) return null;
    const entries = nodes.map((pair) => ({
      label: `${pair.name.replace(/_/g, " ")}: ${BS.data.models[pair.one].id}`,
      value: pair.difference,
      reach: pair.high - pair.difference,
      own: pair.verdict === "yes",
      text: `${BS.data.models[pair.one].id} less ${base} at ${pair.name}: ${BS.plusMinus(pair.difference, pair.error)}`,
    }));
    const marked = "the other colour and larger: real";
    const caption = `Averages less those of ${base}: 95% intervals; ${marked}`;
    return BS.figures.rows(caption, entries, "difference", [0]);
  }

  const CAPTION = [
    "Paired: over the stimuli that both were shown, so that what both find hard cancels; with three subjects or more,",
    "subjects are a sample too. p and real: after Holm over the pairs of these models in that row, by Student's t, as",
    "`brainscore results compare` has them. Raw values are compared where scores carry nothing to pair by.",
  ].join(" ");

  function body(table, models, base, draws, change) {
    const names = models.map((at) => BS.data.models[at].id);
    const found = differences(table, models, base, draws);
    const headers = ["where", "model", "difference", "95% interval", "p (Holm)", "real", "paired", "benchmarks"];
    const leaves = BS.data.benchmarks.map((_, at) => at).filter((at) => table.kept[at]);
    const cited = leaves.filter((at) => models.some((model) => BS.data.counts(model, at)));
    const csv = () => BS.save("comparison.csv", "text/csv", BS.csv([FILE, ...fileRows(found)]));
    const bib = async () => BS.save("comparison.bib", "text/x-bibtex", await BS.bibtex(models, cited));
    return [
      BS.el("p", { class: "summary" }, BS.selection.told(table)),
      BS.el(
        "div",
        { class: "tools" },
        BS.select(
          "Differences from",
          names.map((name) => [name, name]),
          BS.data.models[base].id,
          (value) => change({ base: value }),
        ),
        BS.el("button", { type: "button", onclick: csv }, "Save differences"),
        BS.el("button", { type: "button", onclick: bib }, "BibTeX"),
      ),
      drawing(found, BS.data.models[base].id) || "",
      BS.table(`Less ${BS.data.models[base].id}. ${CAPTION}`, headers, pairRows(found), [2, 3, 4]),
      BS.el("h2", {}, "Scores"),
      BS.table(
        "Value ± error",
        ["where", ...names],
        valueRows(table, models),
        names.map((_, at) => at + 1),
      ),
    ];
  }

  function asked(options) {
    const known = BS.selection.lines(options.models).map((name) => BS.data.modelNumber.get(name));
    return [...new Set(known.filter((at) => at !== undefined))].slice(0, MOST);
  }

  BS.pages.compare = function (main, route) {
    const [tools, content] = [BS.el("div"), BS.el("div")];
    const change = (options, focused) => show(BS.route.change(options).options, focused);
    const choose = (models) => change({ models: models.map((at) => BS.data.models[at].id).join("\n") });
    async function show(options, focused) {
      const models = asked(options);
      tools.replaceChildren(chooser(models, choose));
      if (models.length < 2) {
        content.replaceChildren(BS.el("p", {}, "Choose two to six models, here or on the board."));
        return;
      }
      const names = models.map((at) => BS.data.models[at].id);
      try {
        const read = await Promise.all(names.map((name) => BS.detail("draws", name)));
        const base = models[Math.max(0, names.indexOf(options.base))];
        const draws = new Map(models.map((model, at) => [model, read[at]]));
        const rebase = (changes) => change(changes, true);
        content.replaceChildren(...body(BS.selection.view(options), models, base, draws, rebase));
        if (focused) content.querySelector("select").focus();
      } catch (error) {
        content.replaceChildren(BS.el("p", { class: "wrong", role: "alert" }, error.message));
      }
    }
    content.append(BS.el("p", { role: "status" }, "Reading ..."));
    main.replaceChildren(BS.el("h1", {}, "Compare models"), tools, content);
    show(route.options, false);
  };
})((window.BS = window.BS || {}));
