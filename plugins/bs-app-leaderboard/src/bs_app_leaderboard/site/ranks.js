"use strict";
// Rank intervals from values and errors that are taken as independent: wider than paired ones, never too narrow where
// noise is shared. Pure: node and tests load it too.
(function (exports) {
  /** Twice the upper tail of the normal distribution (Numerical Recipes' erfc, relative error below 1.2e-7). */
  function twoSided(z) {
    const x = Math.abs(z) / Math.SQRT2;
    const t = 1 / (1 + 0.5 * x);
    const terms = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587];
    terms.push(-0.82215223, 0.17087277);
    let sum = 0;
    for (let k = terms.length - 1; k >= 0; k--) sum = sum * t + terms[k];
    return t * Math.exp(-x * x + sum);
  }

  /** How many of the sorted p-values Holm (1979) calls significant. */
  function holm(sorted, level) {
    let count = 0;
    while (count < sorted.length && sorted[count] * (sorted.length - count) < level) count += 1;
    return count;
  }

  /** [lowest, highest] rank of each; models without an error are apart from nobody. */
  function intervals(values, errors, level) {
    const n = values.length;
    const p = new Float64Array((n * (n - 1)) / 2);
    let pairs = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++, pairs++) {
        const spread = Math.hypot(errors[i], errors[j]);
        const gap = Math.abs(values[i] - values[j]);
        p[pairs] = spread > 1e-6 ? (gap > 2 * spread ? twoSided(gap / spread) : 1) : 1;
      }
    }
    const sorted = p.slice().sort();
    const significant = holm(sorted, level || 0.05);
    const bound = significant ? sorted[significant - 1] : -1;
    const found = Array.from({ length: n }, () => [1, n]);
    pairs = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++, pairs++) {
        if (p[pairs] > bound) continue;
        const [better, worse] = values[i] > values[j] ? [i, j] : [j, i];
        found[worse][0] += 1;
        found[better][1] -= 1;
      }
    }
    return found;
  }

  exports.ranks = { twoSided, holm, intervals };
})(typeof module === "undefined" ? (window.BS = window.BS || {}) : module.exports);
