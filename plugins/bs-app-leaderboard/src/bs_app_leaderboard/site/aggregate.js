"use strict";
// From scores of benchmarks to values of nodes, by the rules of brainscore_core.tree. Pure: node and tests load it too.
(function (exports) {
  /**
   * The nodes that have a benchmark below them, children before parents.
   * tree: [[node, parent]], parents: the node of each benchmark, kept: whether each benchmark takes part.
   */
  function plan(tree, parents, kept) {
    const below = new Map(tree.map(([name]) => [name, []]));
    for (const [name, parent] of tree) if (parent) below.get(parent).push(name);
    const leaves = new Map(tree.map(([name]) => [name, []]));
    parents.forEach((parent, leaf) => {
      if (kept[leaf] && leaves.has(parent)) leaves.get(parent).push(leaf);
    });
    const nodes = [];
    function visit(name, depth) {
      const children = below
        .get(name)
        .map((child) => visit(child, depth + 1))
        .filter((child) => child >= 0);
      const own = leaves.get(name);
      if (!children.length && !own.length) return -1;
      const all = own.concat(...children.map((child) => nodes[child].all));
      nodes.push({ name, depth, children, leaves: own, all });
      return nodes.length - 1;
    }
    for (const [name, parent] of tree) if (!parent) visit(name, 0);
    return nodes;
  }

  function combine(parts, rule) {
    if (rule === "min") return parts.reduce((least, part) => (part[0] < least[0] ? part : least));
    let sum = 0;
    let squares = 0;
    for (const [value, error] of parts) {
      sum += value;
      squares += error * error; // NaN, an unknown error, makes the whole unknown
    }
    return [sum / parts.length, Math.sqrt(squares) / parts.length];
  }

  /**
   * Of one model: for each node of the plan [value, error, covered, total]; NaN where there is none.
   * value(leaf), error(leaf): of a benchmark; counts(leaf): whether it has a value that enters averages; asked(leaf),
   * where given: whether it could have one.
   */
  function evaluate(nodes, value, error, counts, rule, policy, asked) {
    const out = [];
    const zero = policy === "zero";
    function leafParts(leaves) {
      const parts = [];
      for (const leaf of leaves) {
        if (counts(leaf)) {
          parts.push([zero ? Math.min(Math.max(value(leaf), 0), 1) : value(leaf), error(leaf)]);
        } else if (zero) parts.push([0, 0]);
      }
      return parts;
    }
    for (const node of nodes) {
      let covered = 0;
      for (const leaf of node.all) if (counts(leaf)) covered += 1;
      let parts = leafParts(rule === "flat" ? node.all : node.leaves);
      if (rule !== "flat") {
        for (const child of node.children) {
          const [v, e] = out[child];
          if (!Number.isNaN(v)) parts.push([v, e]);
          else if (zero) parts.push([0, 0]);
        }
      }
      const total = asked ? node.all.filter(asked).length : node.all.length;
      const whole = covered > 0 && (policy !== "strict" || covered === total);
      const [v, e] = parts.length && whole ? combine(parts, rule) : [NaN, NaN];
      out.push([v, e, covered, total]);
    }
    return out;
  }

  /** What each benchmark weighs in the value of a node, by its number: the value is the sum of weighted scores. */
  function weights(nodes, values, at, counts, rule, policy) {
    const node = nodes[at];
    const zero = policy === "zero";
    const found = new Map();
    if (rule === "flat") {
      const counted = node.all.filter(counts);
      for (const leaf of counted) found.set(leaf, 1 / (zero ? node.all.length : counted.length));
      return found;
    }
    const children = node.children.filter((child) => !Number.isNaN(values[child][0]));
    const leaves = node.leaves.filter(counts);
    const total = zero ? node.children.length + node.leaves.length : children.length + leaves.length;
    for (const leaf of leaves) found.set(leaf, 1 / total);
    for (const child of children) {
      for (const [leaf, share] of weights(nodes, values, child, counts, rule, policy)) found.set(leaf, share / total);
    }
    return found;
  }

  exports.aggregate = { plan, evaluate, weights };
})(typeof module === "undefined" ? (window.BS = window.BS || {}) : module.exports);
