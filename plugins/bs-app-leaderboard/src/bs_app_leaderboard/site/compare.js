"use strict";
// Two to six models beside each other, and what they differ by.
(function (BS) {
  const MOST = 6;

  function chooser(models, change) {
    const list = BS.el("datalist", { id: "models" }, BS.data.models.map((line) => BS.el("option", { value: line.id })));
    const input = BS.el("input", { type: "text", list: "models", "aria-label": "Add a model", placeholder: "add a model", disabled: models.length >= MOST,
      onchange: (event) => {
        const at = BS.data.modelNumber.get(event.target.value);
        if (at !== undefined && !models.includes(at)) change([...models, at]);
      } });
    const chips = models.map((at) => BS.el("button", { type: "button", "aria-label": "Remove " + BS.data.models[at].id,
      onclick: () => change(models.filter((other) => other !== at)) }, BS.data.models[at].id + " ×"));
    return BS.el("div", { class: "tools" }, chips, input, list);
  }

  function differences(table, models, base, draws) {
    const others = models.filter((model) => model !== base);
    const nodes = BS.selection.preorder(table).filter((at) => models.every((model) => !Number.isNaN(table.rows[model][at][0])));
    const leaves = BS.data.benchmarks.map((_, at) => at).filter((at) => BS.data.counts(base, at));
    const found = [];
    for (const at of nodes) for (const one of others) found.push({ kind: "node", at, one, name: table.nodes[at].name, ...BS.pairs.onNode(table, one, base, at, draws) });
    for (const at of leaves) {
      for (const one of others.filter((model) => BS.data.counts(model, at))) {
        found.push({ kind: "leaf", at, one, name: BS.data.benchmarks[at].id, ...BS.pairs.onBenchmark(one, base, at, draws) });
      }
    }
    BS.pairs.judge(found.filter((pair) => pair.kind === "node"));
    BS.pairs.judge(found.filter((pair) => pair.kind === "leaf"));
    return found;
  }

  function valueRows(table, models) {
    const nodes = BS.selection.preorder(table).map((at) => [table.nodes[at].name.replace(/_/g, " "),
      ...models.map((model) => BS.plusMinus(table.rows[model][at][0], table.rows[model][at][1]) || "–")]);
    const leaves = BS.data.benchmarks.map((line, at) => [BS.link({ page: "benchmark", name: line.id }, line.id), ...models.map((model) =>
      BS.data.counts(model, at) ? BS.plusMinus(BS.data.value(model, at), BS.data.error(model, at)) : BS.STATES[BS.data.state(model, at)][1])]);
    return [...nodes, ...leaves];
  }

  function pairRows(found) {
    return found.map((pair) => [pair.name.replace(/_/g, pair.kind === "node" ? " " : "_"), BS.data.models[pair.one].id, (pair.difference > 0 ? "+" : "") + BS.number(pair.difference),
      Number.isNaN(pair.error) ? "unknown" : `${BS.number(pair.difference - 1.96 * pair.error)} to ${BS.number(pair.difference + 1.96 * pair.error)}`,
      Number.isNaN(pair.p) ? "" : pair.p < 0.001 ? pair.p.toExponential(0) : pair.p.toFixed(3), pair.real ? "yes" : "not shown", pair.paired ? "yes" : "no"]);
  }

  function drawing(found, base) {
    const nodes = found.filter((pair) => pair.kind === "node" && Number.isFinite(pair.error));
    if (!nodes.length) return null;
    const entries = nodes.map((pair) => ({ label: `${pair.name.replace(/_/g, " ")}: ${BS.data.models[pair.one].id}`, value: pair.difference, error: pair.error, own: pair.real,
      text: `${BS.data.models[pair.one].id} less ${BS.data.models[base].id} at ${pair.name}: ${BS.plusMinus(pair.difference, pair.error)}` }));
    return BS.figures.rows(`Averages less those of ${BS.data.models[base].id}: 95% intervals; the other colour and larger: real family-wise`, entries, "difference", [0]);
  }

  BS.pages.compare = function (main, route) {
    const named = BS.selection.lines(route.options.models).map((name) => BS.data.modelNumber.get(name)).filter((at) => at !== undefined);
    const models = [...new Set(named)].slice(0, MOST);
    const go = (options) => (location.hash = BS.route.href({ page: "compare", options: { ...route.options, ...options } }));
    const head = [BS.el("h1", {}, "Compare models"), chooser(models, (next) => go({ models: next.map((at) => BS.data.models[at].id).join("\n") }))];
    if (models.length < 2) {
      main.replaceChildren(...head, BS.el("p", {}, "Choose two to six models, here or on the board."));
      return;
    }
    main.replaceChildren(...head, BS.el("p", { role: "status" }, "Reading ..."));
    const names = models.map((at) => BS.data.models[at].id);
    const base = Math.max(0, names.indexOf(route.options.base));
    Promise.all(names.map((name) => BS.detail("draws", name))).then((read) => {
      if (BS.route.now().page !== "compare") return;
      const draws = new Map(models.map((model, at) => [model, read[at]]));
      const table = BS.selection.view({});
      const found = differences(table, models, models[base], draws);
      const rows = pairRows(found);
      const headers = ["where", "model", "difference", "95% interval", "p", "real (Holm)", "paired"];
      main.replaceChildren(...head, BS.el("div", { class: "tools" }, BS.select("Differences from", names.map((name) => [name, name]), names[base], (value) => go({ base: value })),
        BS.el("button", { type: "button", onclick: () => BS.save("comparison.csv", "text/csv", BS.csv([headers, ...rows])) }, "Save differences"),
        BS.el("button", { type: "button", onclick: async () => BS.save("comparison.bib", "text/x-bibtex", await BS.bibtex(models, [])) }, "BibTeX")),
        drawing(found, models[base]) || "",
        BS.table(`Less ${names[base]}. Paired: over the stimuli that both were shown, so that what both find hard cancels`, headers, rows, [2, 3, 4]),
        BS.el("h2", {}, "Scores"), BS.table("Value ± error", ["where", ...names], valueRows(table, models), names.map((_, at) => at + 1)));
    }, (error) => main.append(BS.el("p", { class: "wrong", role: "alert" }, error.message)));
  };
})((window.BS = window.BS || {}));
