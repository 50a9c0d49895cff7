"use strict";
// What the filters leave of the board, aggregated again by the rules of Python.
(function (BS) {
  const FACETS = ["region", "species", "task", "metric"];
  const SHARED = [...FACETS, "when", "rule", "policy"];
  const cache = new Map();

  function lines(text) {
    return text ? text.split("\n") : [];
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
    const [rule, policy] = [options.rule || "hierarchical", options.policy || "available"];
    const kept = keptBenchmarks(options);
    const nodes = BS.aggregate.plan(data.tree, data.benchmarks.map((line) => line.parent), kept);
    const rows = data.models.map((_, model) => BS.aggregate.evaluate(nodes, (leaf) => data.value(model, leaf),
      (leaf) => data.error(model, leaf), counting(model, options), rule, policy));
    const roots = nodes.map((node, at) => at).filter((at) => !data.parentOf.get(nodes[at].name));
    const top = nodes.findIndex((node) => node.name === data.node);
    const untouched = SHARED.every((name) => !options[name] || options[name] === { rule: "hierarchical", policy: "available" }[name]);
    return { options, rule, policy, kept, nodes, rows, roots, top: top >= 0 ? top : roots[0], paired: untouched, ranks: null };
  }

  /** The table under these options; what does not depend on names of models is kept for the next time. */
  function view(options) {
    const key = JSON.stringify(SHARED.map((name) => options[name] || ""));
    if (!cache.has(key)) {
      if (cache.size > 20) cache.clear();
      cache.set(key, aggregated(options));
    }
    return cache.get(key);
  }

  /** Of each model [lowest, highest] rank by the node that ranks; null: not ranked. */
  function ranks(table) {
    if (table.ranks) return table.ranks;
    const data = BS.data;
    if (table.paired) return (table.ranks = data.models.map((line) => line.rank));
    table.ranks = data.models.map(() => null);
    if (table.top === undefined || table.rule === "min") return table.ranks;
    const value = (model) => table.rows[model][table.top];
    const ranked = data.models.map((_, model) => model).filter((model) => data.ranked(model) && !Number.isNaN(value(model)[0]));
    const found = BS.ranks.intervals(ranked.map((model) => value(model)[0]), ranked.map((model) => value(model)[1]));
    ranked.forEach((model, at) => (table.ranks[model] = found[at]));
    return table.ranks;
  }

  /** Numbers of the models that are shown, in their order. */
  function models(table, options) {
    const words = (options.q || "").toLowerCase().split(/\s+/).filter(Boolean);
    const found = BS.data.models.map((_, at) => at).filter((at) => {
      const line = BS.data.models[at];
      if (options.family && line.family !== options.family) return false;
      if (options.ranked === "yes" && !BS.data.ranked(at)) return false;
      const text = [line.id, line.family, ...line.flags].join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const key = sortKey(table, options.sort || (table.top === undefined ? "model" : table.nodes[table.top].name));
    const sign = options.dir === "up" ? 1 : -1;
    return found.map((at) => [key(at), at]).sort((one, other) => ordered(one, other, sign)).map((entry) => entry[1]);
  }

  function ordered([one, first], [other, second], sign) {
    if (typeof one === "string") return -sign * one.localeCompare(other) || first - second;
    if (Number.isNaN(one) || Number.isNaN(other)) return Number.isNaN(one) - Number.isNaN(other) || first - second;
    return sign * (one - other) || first - second; // what has no value is last, whichever way
  }

  function sortKey(table, name) {
    if (name === "model") return (model) => BS.data.models[model].id;
    const at = table.nodes.findIndex((node) => node.name === name);
    if (at >= 0) return (model) => table.rows[model][at][0];
    const leaf = BS.data.benchmarkNumber.get(name);
    if (leaf !== undefined) return (model) => BS.data.value(model, leaf);
    return (model) => -model;
  }

  /** Numbers of the nodes from the top down. */
  function preorder(table) {
    const visit = (at) => [at, ...table.nodes[at].children.flatMap(visit)];
    return table.roots.flatMap(visit);
  }

  BS.selection = { FACETS, view, preorder, ranks, models, lines, counting, picked: new Set() };
})((window.BS = window.BS || {}));
