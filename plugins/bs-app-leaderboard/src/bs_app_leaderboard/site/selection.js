"use strict";
// What the filters leave of the board, aggregated again by the rules of Python.
(function (BS) {
  const FACETS = ["region", "species", "task", "metric"];
  const SHARED = [...FACETS, "when", "rule", "policy"];
  const RULES = { hierarchical: "hierarchical", flat: "flat", min: "the smallest" };
  const POLICIES = { available: "missing left out", strict: "none where one is missing", zero: "missing counts as 0" };
  const cache = new Map();

  function lines(text) {
    return text ? text.split("\n") : [];
  }

  /** Of all options those that choose and average scores: what pages share. */
  function shared(options) {
    return Object.fromEntries(SHARED.filter((name) => options[name]).map((name) => [name, options[name]]));
  }

  function keptBenchmarks(options) {
    return BS.data.benchmarks.map((line) => FACETS.every((facet) => !options[facet] || line[facet] === options[facet]));
  }

  /** How a model's score on a benchmark enters averages under these options. */
  function counting(model, options) {
    if (!options.when) return (leaf) => BS.data.counts(model, leaf);
    const wanted = options.when === "prospective";
    return (leaf) => BS.data.counts(model, leaf) && BS.data.prospective(model, leaf) === wanted;
  }

  function aggregated(options) {
    const data = BS.data;
    const rule = Object.hasOwn(RULES, options.rule || "") ? options.rule : "hierarchical";
    const policy = Object.hasOwn(POLICIES, options.policy || "") ? options.policy : "available";
    const kept = keptBenchmarks(options);
    const wanted = options.when === "prospective";
    const nodes = BS.aggregate.plan(
      data.tree,
      data.benchmarks.map((line) => line.parent),
      kept,
    );
    const rows = data.models.map((_, model) =>
      BS.aggregate.evaluate(
        nodes,
        (leaf) => data.value(model, leaf),
        (leaf) => data.error(model, leaf),
        counting(model, options),
        rule,
        policy,
        policy === "strict" && options.when ? (leaf) => data.prospective(model, leaf) === wanted : null,
      ),
    );
    const roots = nodes.map((node, at) => at).filter((at) => !data.parentOf.get(nodes[at].name));
    const top = nodes.findIndex((node) => node.name === data.node);
    const table = { options, rule, policy, kept, nodes, rows, roots, top: top >= 0 ? top : roots[0] };
    return { ...table, ranks: null, paired: false };
  }

  /** The table under these options; what does not depend on names of models is kept for the next time. */
  function view(options) {
    const key = JSON.stringify(SHARED.map((name) => options[name] || ""));
    if (!cache.has(key)) {
      if (cache.size > 20) cache.clear();
      cache.set(key, aggregated(shared(options)));
    }
    return cache.get(key);
  }

  /** What the averages of a table are, in words. */
  function told(table) {
    const filters = Object.entries(table.options).filter(([name]) => name !== "rule" && name !== "policy");
    const only = filters.length ? `; only ${filters.map(([name, value]) => `${name} ${value}`).join(", ")}` : "";
    return `Averages: ${RULES[table.rule]}, ${POLICIES[table.policy]}${only}`;
  }

  /** Intervals from paired differences, where Python computed them: of the board, and of each filter alone. */
  function precomputed(table) {
    if (table.rule !== "hierarchical" || table.policy !== "available") return null;
    const { when } = table.options;
    const used = FACETS.filter((facet) => table.options[facet]).map((facet) => [facet, table.options[facet]]);
    if (!when && table.kept.every(Boolean)) return BS.data.models.map((line) => line.rank);
    if (when) used.push(["when", when]);
    return used.length === 1 ? (BS.selection.intervals || {})[used[0].join("=")] || null : null;
  }

  /** Reads the precomputed ones, and draws wide ones until then. */
  function loadIntervals() {
    return BS.detail("intervals", "").then((found) => (BS.selection.intervals = found));
  }

  /** Of each model [lowest, highest] rank by the node that ranks; null: not ranked. */
  function ranks(table) {
    if (table.ranks && (table.paired || table.read === BS.selection.intervals)) return table.ranks;
    table.read = BS.selection.intervals;
    const data = BS.data;
    table.ranks = precomputed(table);
    table.paired = table.ranks !== null;
    if (table.paired) return table.ranks;
    table.ranks = data.models.map(() => null);
    if (table.top === undefined || table.rule === "min") return table.ranks;
    const value = (model) => table.rows[model][table.top];
    const numbers = data.models.map((_, model) => model);
    const ranked = numbers.filter((model) => data.ranked(model) && !Number.isNaN(value(model)[0]));
    const found = BS.ranks.intervals(
      ranked.map((model) => value(model)[0]),
      ranked.map((model) => value(model)[1]),
    );
    ranked.forEach((model, at) => (table.ranks[model] = found[at]));
    return table.ranks;
  }

  /** The column that is sorted by, and whether from the smallest up; names go from A to Z unless asked otherwise. */
  function sorting(table, options) {
    const key = options.sort || (table.top === undefined ? "model" : table.nodes[table.top].name);
    return { key, up: options.dir === "up" || (key === "model" && options.dir !== "down") };
  }

  /** Numbers of the models that are shown, in their order. */
  function models(table, options) {
    const words = (options.q || "").toLowerCase().split(/\s+/).filter(Boolean);
    const found = BS.data.models
      .map((_, at) => at)
      .filter((at) => {
        const line = BS.data.models[at];
        if (options.family && line.family !== options.family) return false;
        if (options.ranked === "yes" && !BS.data.ranked(at)) return false;
        const text = [line.id, line.family, ...line.flags].join(" ").toLowerCase();
        return words.every((word) => text.includes(word));
      });
    const { key, up } = sorting(table, options);
    const of = sortKey(table, key);
    return found
      .map((at) => [of(at), at])
      .sort((one, other) => ordered(one, other, up ? 1 : -1))
      .map((entry) => entry[1]);
  }

  function ordered([one, first], [other, second], sign) {
    if (typeof one === "string") return sign * one.localeCompare(other) || first - second;
    if (Number.isNaN(one) || Number.isNaN(other)) return Number.isNaN(one) - Number.isNaN(other) || first - second;
    return sign * (one - other) || first - second; // what has no value is last, whichever way
  }

  function sortKey(table, name) {
    if (name === "model") return (model) => BS.data.models[model].id;
    const at = table.nodes.findIndex((node) => node.name === name);
    if (at >= 0) return (model) => table.rows[model][at][0];
    const leaf = BS.data.benchmarkNumber.get(name);
    if (leaf !== undefined) return (model) => score(table, model, leaf)[0];
    return (model) => -model;
  }

  /** [value, error] of a benchmark where it counts; what is selected, failed or left out by a filter has none. */
  function score(table, model, leaf) {
    const counts = table.kept[leaf] && counting(model, table.options)(leaf);
    return counts ? [BS.data.value(model, leaf), BS.data.error(model, leaf)] : [NaN, NaN];
  }

  /** Numbers of the nodes from the top down. */
  function preorder(table) {
    const visit = (at) => [at, ...table.nodes[at].children.flatMap(visit)];
    return table.roots.flatMap(visit);
  }

  /** Nodes from the root down to where a benchmark hangs. */
  function branch(leaf) {
    const found = [];
    for (let at = BS.data.benchmarks[leaf].parent; at; at = BS.data.parentOf.get(at)) found.unshift(at);
    return found;
  }

  /** The benchmark that is meant: by its whole name, else the first whose name has all the words. */
  function benchmarkNamed(text) {
    if (BS.data.benchmarkNumber.has(text)) return BS.data.benchmarkNumber.get(text);
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return -1;
    return BS.data.benchmarks.findIndex((line) => words.every((word) => line.id.toLowerCase().includes(word)));
  }

  const picked = new Set();
  BS.selection = { FACETS, shared, view, told, preorder, ranks, sorting, models, score, lines, counting, branch };
  Object.assign(BS.selection, { benchmarkNamed, loadIntervals, intervals: null, picked });
})((window.BS = window.BS || {}));
