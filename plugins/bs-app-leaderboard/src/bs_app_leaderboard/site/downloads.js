"use strict";
// What is shown as files: made in the page, sent nowhere.
(function (BS) {
  function save(name, type, text) {
    const address = URL.createObjectURL(new Blob([text], { type }));
    const link = BS.el("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    BS.tell("Saved " + name);
  }

  function quoted(value) {
    if (value === null || value === undefined || Number.isNaN(value)) return "";
    const text = String(value);
    // a spreadsheet would take these for formulas
    const plain = typeof value === "string" && /^[=+\-@]/.test(text) ? "'" + text : text;
    return /[",\n\r]/.test(plain) ? `"${plain.replace(/"/g, '""')}"` : plain;
  }

  const csv = (rows) => rows.map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
  const orNull = (value) => (Number.isNaN(value) ? null : value);

  /** Chosen models, else all that are shown. */
  function chosen(state) {
    const picked = state.models.filter((model) => BS.selection.picked.has(model));
    return picked.length ? picked : state.models;
  }

  function leaves(state) {
    return state.table.kept.flatMap((kept, at) => (kept ? [at] : []));
  }

  /** What became of a score: a word of the architecture, or that a filter leaves it out. */
  function status(state, model, at) {
    const word = BS.STATES[BS.data.state(model, at)][2];
    const counts = BS.selection.counting(model, state.table.options)(at);
    return word === "ok" && !counts ? "left out by the filter" : word;
  }

  /** Filters that are in effect, in the words of the address. */
  function filters(options) {
    const names = ["q", "family", "ranked"].filter((name) => options[name]);
    const { rule, policy, ...shared } = BS.selection.shared(options);
    return { ...shared, ...Object.fromEntries(names.map((name) => [name, options[name]])) };
  }

  function asRows(state) {
    const nodeNames = state.table.nodes.flatMap(({ name }) => [name, name + " error"]);
    const names = leaves(state).map((at) => BS.data.benchmarks[at].id);
    const leafNames = names.flatMap((name) => [name, name + " error", name + " status"]);
    const rows = [["model", "rank_low", "rank_high", ...nodeNames, ...leafNames]];
    for (const model of chosen(state)) {
      const nodes = state.table.rows[model].flatMap(([value, error]) => [value, error]);
      const scores = leaves(state).flatMap((at) => [
        ...BS.selection.score(state.table, model, at),
        status(state, model, at),
      ]);
      rows.push([BS.data.models[model].id, ...(state.ranks[model] || ["", ""]), ...nodes, ...scores]);
    }
    return rows;
  }

  function asObject(state) {
    const { rule, policy, nodes, paired } = state.table;
    const models = chosen(state).map((model) => ({
      ...BS.data.models[model],
      rank: state.ranks[model],
      nodes: Object.fromEntries(
        nodes.map((node, at) => {
          const [value, error, covered, total] = state.table.rows[model][at];
          return [node.name, { value: orNull(value), error: orNull(error), covered, total }];
        }),
      ),
      scores: Object.fromEntries(
        leaves(state).map((at) => {
          const [value, error] = BS.selection.score(state.table, model, at).map(orNull);
          return [BS.data.benchmarks[at].id, { value, error, status: status(state, model, at) }];
        }),
      ),
    }));
    const made = { built: BS.data.built, tree_version: BS.data.tree_version, rule, policy };
    return { ...made, filters: filters(state.options), ranks_are_paired: paired, models };
  }

  async function bibtex(models, benchmarks) {
    const { entries, models: ofModels, benchmarks: ofBenchmarks } = await BS.detail("citations", "");
    const numbers = [...models.map((at) => ofModels[at]), ...benchmarks.map((at) => ofBenchmarks[at])];
    return [...new Set(numbers.filter((at) => at !== null))].map((at) => entries[at]).join("\n\n") + "\n";
  }

  BS.save = save;
  BS.csv = csv;
  BS.bibtex = bibtex;
  BS.downloads = function (state) {
    return BS.el(
      "span",
      { class: "downloads" },
      BS.el("button", { type: "button", onclick: () => save("brainscore.csv", "text/csv", csv(asRows(state))) }, "CSV"),
      BS.el(
        "button",
        {
          type: "button",
          onclick: () => save("brainscore.json", "application/json", JSON.stringify(asObject(state), null, 1)),
        },
        "JSON",
      ),
      BS.el(
        "button",
        {
          type: "button",
          onclick: async () => save("brainscore.bib", "text/x-bibtex", await bibtex(chosen(state), leaves(state))),
        },
        "BibTeX",
      ),
    );
  };
})((window.BS = window.BS || {}));
