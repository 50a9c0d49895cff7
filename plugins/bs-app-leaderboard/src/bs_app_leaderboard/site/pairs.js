"use strict";
// Differences of models by the rule of core's comparison: over the draws that both share, with subjects as a sample
// where there are three or more. Nothing here touches the page: node and tests load it too.
(function (BS) {
  function points(factor) {
    if (!factor.numbers) {
      const text = atob(factor[2]);
      factor.numbers = new Float64Array(text.length / 2);
      for (let at = 0; at < factor.numbers.length; at++) {
        const steps = text.charCodeAt(2 * at) | (text.charCodeAt(2 * at + 1) << 8);
        factor.numbers[at] = ((steps << 16) >> 16) * factor[0];
      }
    }
    return factor.numbers;
  }

  /** Variance of the difference of two weighted scores over one factor. */
  function apart(one, other, first, second) {
    const [a, b] = [points(one), points(other)];
    let sum = first * first * one[1] + second * second * other[1];
    for (let at = 0; at < a.length; at++) sum += (first * a[at] - second * b[at]) ** 2;
    return sum;
  }

  /** The corrected two-factor variance (Schuett et al. 2023), as core's two_factor_variance. */
  function twoFactor([rows, crossed, columns], stimuli, subjects) {
    const bootstrapped = (columns * (subjects - 1)) / subjects ** 2;
    const [ofStimuli, ofSubjects] = [stimuli / (stimuli - 1), subjects / (subjects - 1)];
    const [one, other] = [ofStimuli * rows, ofSubjects * bootstrapped];
    const least = Math.max(one, other);
    const both = one + other - ofStimuli * ofSubjects * (crossed - rows - bootstrapped);
    return Math.min(Math.max(both, least), Math.max(least, crossed));
  }

  const alike = (one, other) => Boolean(one && other && one.drawn === other.drawn && one.quantity === other.quantity);

  /** {variance, degrees} of the difference of two weighted scores that share their draws. */
  function shared(one, other, first, second) {
    const found = one.factors.map((factor, at) => apart(factor, other.factors[at], first, second));
    const { stimuli, subjects } = one;
    if (subjects) {
      return { variance: twoFactor(found, stimuli, subjects), degrees: Math.min(stimuli, subjects) - 1 };
    }
    return { variance: (found[0] * stimuli) / (stimuli - 1), degrees: stimuli - 1 };
  }

  /** All pairs of models with what `of` says of each: the family over which Holm corrects. */
  function pairsOf(models, of) {
    return models.flatMap((one, at) => models.slice(at + 1).map((other) => ({ one, other, ...of(one, other) })));
  }

  /** p, interval and verdict in core's words; what is not paired on its only benchmark has no verdict. */
  function judge(pairs) {
    const known = pairs.map((pair) => (pair.tested ? BS.ranks.p(pair.difference, pair.error, pair.degrees) : NaN));
    const adjusted = BS.ranks.adjusted(known);
    pairs.forEach((pair, at) => {
      const reach = BS.ranks.critical(pair.degrees) * pair.error;
      pair.p = adjusted[at];
      [pair.low, pair.high] = [pair.difference - reach, pair.difference + reach];
      pair.verdict = verdict(pair);
    });
    return pairs;
  }

  function verdict(pair) {
    if (!pair.tested) return "not paired";
    if (Number.isNaN(pair.p)) return "unknown";
    if (Math.max(Math.abs(pair.difference), pair.error) <= BS.ranks.SAME) return "identical";
    return pair.p < 0.05 ? "yes" : "not shown";
  }

  /** The largest set of models of equal draws, the first of equally large ones: what core compares. */
  function largest(models, entry) {
    const groups = new Map();
    for (const model of models.filter(entry)) {
      const { drawn, quantity } = entry(model);
      const key = quantity + drawn;
      groups.set(key, [...(groups.get(key) || []), model]);
    }
    return [...groups.values()].reduce((most, group) => (group.length > most.length ? group : most), []);
  }

  /** All pairs of models on a benchmark. draws: of each model, by benchmark. */
  function onBenchmark(models, leaf, draws) {
    const name = BS.data.benchmarks[leaf].id;
    const entry = (model) => draws.get(model)[name];
    const together = new Set(largest(models, entry));
    const scored = (model) => BS.data.counts(model, leaf);
    const paired = (one, other) => together.size > 1 && together.has(one) && together.has(other);
    const pairs = pairsOf(models, (one, other) => {
      const [a, b] = [entry(one), entry(other)];
      if (paired(one, other)) {
        const { variance, degrees } = shared(a, b, 1, 1);
        const told = { quantity: a.quantity, paired: true, tested: true, degrees };
        return { difference: a.value - b.value, error: Math.sqrt(variance), ...told };
      }
      const error = Math.hypot(BS.data.error(one, leaf), BS.data.error(other, leaf));
      const difference = scored(one) && scored(other) ? BS.data.value(one, leaf) - BS.data.value(other, leaf) : NaN;
      return { quantity: "score", difference, error, degrees: Infinity, paired: false, tested: false };
    });
    return judge(pairs.filter((pair) => !Number.isNaN(pair.difference)));
  }

  /** All pairs of models at a node: the variance of a weighted sum over benchmarks, which are independent. */
  function onNode(table, models, at, draws) {
    const weights = new Map(
      models.map((model) => [
        model,
        BS.aggregate.weights(
          table.nodes,
          table.rows[model],
          at,
          BS.selection.counting(model, table.options),
          table.rule,
          table.policy,
        ),
      ]),
    );
    return judge(
      pairsOf(models, (one, other) => {
        const [first, second] = [weights.get(one), weights.get(other)];
        let [total, squares, paired, same] = [0, 0, true, true];
        for (const leaf of new Set([...first.keys(), ...second.keys()])) {
          const name = BS.data.benchmarks[leaf].id;
          const [a, b] = [draws.get(one)[name], draws.get(other)[name]];
          const [x, y] = [first.get(leaf) || 0, second.get(leaf) || 0];
          same = same && x > 0 && y > 0;
          if (x && y && alike(a, b) && a.quantity === "score") {
            const part = shared(a, b, x, y);
            total += part.variance;
            squares += part.variance ** 2 / part.degrees;
          } else {
            total += (x && (x * BS.data.error(one, leaf)) ** 2) + (y && (y * BS.data.error(other, leaf)) ** 2);
            paired = false;
          }
        }
        const difference = table.rows[one][at][0] - table.rows[other][at][0];
        const degrees = squares > 0 ? total ** 2 / squares : Infinity; // Welch and Satterthwaite
        return { difference, error: Math.sqrt(total), degrees, paired, same, tested: true, quantity: "score" };
      }),
    );
  }

  /** Pairs with one model, each as the other one less it. */
  function against(pairs, base) {
    return pairs
      .filter((pair) => pair.one === base || pair.other === base)
      .map((pair) =>
        pair.other === base
          ? pair
          : { ...pair, one: pair.other, other: base, difference: -pair.difference, low: -pair.high, high: -pair.low },
      );
  }

  BS.pairs = { onBenchmark, onNode, against };
})((window.BS = window.BS || {}));
