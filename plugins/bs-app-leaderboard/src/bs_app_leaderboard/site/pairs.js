"use strict";
// Differences of two models: over the draws that both share where there are some, else as independent.
(function (BS) {
  function unpack(packed) {
    if (!packed.numbers) {
      const text = atob(packed.steps);
      packed.numbers = Float64Array.from(text, (letter) => ((letter.charCodeAt(0) << 24) >> 24) * packed.step);
    }
    return packed.numbers;
  }

  /** Variance of the difference of two weighted scores; {variance, paired}. */
  function variance(one, other, weightOne, weightOther, errorOne, errorOther) {
    if (one && other && one.drawn === other.drawn && one.levels === other.levels) {
      const [a, b] = [unpack(one), unpack(other)];
      let [sum, squares] = [0, 0];
      for (let at = 0; at < a.length; at++) {
        const gap = weightOne * a[at] - weightOther * b[at];
        sum += gap;
        squares += gap * gap;
      }
      const spread = (squares - (sum * sum) / a.length) / (a.length - 1);
      return { variance: (Math.max(spread, 0) * one.levels) / (one.levels - 1), paired: true };
    }
    return { variance: (weightOne * errorOne) ** 2 + (weightOther * errorOther) ** 2, paired: false };
  }

  /** On a benchmark. draws: of each model, by benchmark. */
  function onBenchmark(one, other, leaf, draws) {
    const name = BS.data.benchmarks[leaf].id;
    const found = variance(draws.get(one)[name], draws.get(other)[name], 1, 1, BS.data.error(one, leaf), BS.data.error(other, leaf));
    return { difference: BS.data.value(one, leaf) - BS.data.value(other, leaf), error: Math.sqrt(found.variance), paired: found.paired };
  }

  /** At a node: the variance of a weighted sum over benchmarks, which are independent. */
  function onNode(table, one, other, at, draws) {
    const of = (model) => BS.aggregate.weights(table.nodes, table.rows[model], at, BS.selection.counting(model, table.options), table.rule, table.policy);
    const [first, second] = [of(one), of(other)];
    let total = 0;
    let paired = true;
    for (const leaf of new Set([...first.keys(), ...second.keys()])) {
      const name = BS.data.benchmarks[leaf].id;
      const [a, b] = [first.get(leaf) || 0, second.get(leaf) || 0];
      const part = variance(draws.get(one)[name], draws.get(other)[name], a, b, a ? BS.data.error(one, leaf) : 0, b ? BS.data.error(other, leaf) : 0);
      total += part.variance;
      paired = paired && part.paired;
    }
    const [x, y] = [table.rows[one][at][0], table.rows[other][at][0]];
    return { difference: x - y, error: Math.sqrt(total), paired };
  }

  /** Which of the differences are real, family-wise over all of them (Holm 1979). */
  function judge(pairs) {
    for (const pair of pairs) pair.p = pair.error > 1e-6 ? BS.ranks.twoSided(pair.difference / pair.error) : NaN;
    const sorted = pairs.map((pair) => pair.p).filter((p) => !Number.isNaN(p)).sort((a, b) => a - b);
    const count = BS.ranks.holm(sorted, 0.05);
    for (const pair of pairs) pair.real = count > 0 && pair.p <= sorted[count - 1];
    return pairs;
  }

  BS.pairs = { onBenchmark, onNode, judge };
})((window.BS = window.BS || {}));
