"use strict";
// What is different: p by the distributions of brainscore_core.statistics, Holm, and intervals of ranks. Pure: node and
// tests load it too.
(function (exports) {
  const SAME = 1e-6; // differences up to this are rounding, as in core
  const LANCZOS = [676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059];
  LANCZOS.push(12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7);

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

  /** Logarithm of the gamma function above 0.5 (Lanczos 1964). */
  function logGamma(x) {
    let sum = 0.99999999999980993;
    LANCZOS.forEach((term, at) => (sum += term / (x + at)));
    const shifted = x + LANCZOS.length - 1.5;
    return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(shifted) - shifted + Math.log(sum);
  }

  /** Continued fraction of the incomplete beta function (Lentz; Numerical Recipes 6.4). */
  function fraction(a, b, x) {
    const whole = (value) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
    let c = 1;
    let d = 1 / whole(1 - ((a + b) * x) / (a + 1));
    let found = d;
    for (let m = 1; m < 1000; m++) {
      const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / whole(1 + even * d);
      c = whole(1 + even / c);
      found *= d * c;
      const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / whole(1 + odd * d);
      c = whole(1 + odd / c);
      found *= d * c;
      if (Math.abs(d * c - 1) < 1e-14) break;
    }
    return found;
  }

  /** Twice the upper tail of Student's t. */
  function student(t, degrees) {
    if (degrees > 1e7) return twoSided(t);
    const [a, b, square] = [degrees / 2, 0.5, t * t];
    const x = degrees / (degrees + square);
    const front = (p, q, at) =>
      Math.exp(logGamma(p + q) - logGamma(p) - logGamma(q) + p * Math.log(at) + q * Math.log1p(-at)) / p;
    if (square === 0) return 1;
    if (x < (a + 1) / (a + b + 2)) return front(a, b, x) * fraction(a, b, x);
    const rest = square / (degrees + square);
    return 1 - front(b, a, rest) * fraction(b, a, rest);
  }

  /** The t beyond which, on both sides together, lies a share of 0.05. */
  function critical(degrees) {
    if (!(degrees > 0)) return NaN;
    let [low, high] = [1.9, 13];
    for (let step = 0; step < 50; step++) {
      const middle = (low + high) / 2;
      if (student(middle, degrees) > 0.05) low = middle;
      else high = middle;
    }
    return high;
  }

  /** Two-sided p of no difference, as core has it; NaN: nothing says how sure it is. */
  function p(difference, error, degrees) {
    const size = Math.abs(difference);
    if (Number.isNaN(error) || (error <= SAME && size > SAME)) return NaN;
    return size <= SAME ? 1 : student(size / error, degrees);
  }

  /** p-values after Holm (1979); those that are NaN are no tests. */
  function adjusted(found) {
    const order = found.map((_, at) => at).filter((at) => !Number.isNaN(found[at]));
    order.sort((one, other) => found[one] - found[other]);
    const out = found.map(() => NaN);
    let most = 0;
    order.forEach((at, place) => {
      most = Math.max(most, found[at] * (order.length - place));
      out[at] = Math.min(most, 1);
    });
    return out;
  }

  /** How many of the sorted p-values Holm (1979) calls significant. */
  function holm(sorted, tests, level) {
    let count = 0;
    while (count < sorted.length && sorted[count] * (tests - count) < level) count += 1;
    return count;
  }

  /** [lowest, highest] rank of each, errors taken as independent: wider than paired ones where noise is shared. */
  function intervals(values, errors, level = 0.05) {
    const n = values.length;
    const found = Array.from({ length: n }, () => [1, n]);
    const open = [];
    let tests = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const spread = Math.hypot(errors[i], errors[j]);
        const gap = Math.abs(values[i] - values[j]);
        if (!(spread > SAME) && !(gap <= SAME && spread >= 0)) continue; // no p, no test
        tests += 1;
        const maybe = gap > SAME && gap > 1.95 * spread; // p of the others is above .05
        if (maybe) open.push([twoSided(gap / spread), i, j]);
      }
    }
    open.sort((one, other) => one[0] - other[0]);
    for (const [, i, j] of open.slice(
      0,
      holm(
        open.map((pair) => pair[0]),
        tests,
        level,
      ),
    )) {
      const [better, worse] = values[i] > values[j] ? [i, j] : [j, i];
      found[worse][0] += 1;
      found[better][1] -= 1;
    }
    return found;
  }

  exports.ranks = { SAME, twoSided, student, critical, p, adjusted, intervals };
})(typeof module === "undefined" ? (window.BS = window.BS || {}) : module.exports);
