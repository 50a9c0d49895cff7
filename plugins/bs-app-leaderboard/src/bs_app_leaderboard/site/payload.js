"use strict";
// The matrix of data.js as arrays of numbers, and look-ups by name.
(function (BS) {
  const raw = window.BRAINSCORE;
  const SCALE = 10000;
  const OFFSET = 100000;
  const DIGITS = new Uint8Array(128);
  let digit = 0;
  for (let code = 35; code < 127; code++) if (code !== 60 && code !== 92) DIGITS[code] = digit++;

  function unpack(planes) {
    const [first, second, third] = planes;
    const out = new Float64Array(first.length);
    for (let at = 0; at < out.length; at++) {
      const whole = (DIGITS[first.charCodeAt(at)] * digit + DIGITS[second.charCodeAt(at)]) * digit;
      const code = whole + DIGITS[third.charCodeAt(at)];
      out[at] = code ? (code - OFFSET) / SCALE : NaN;
    }
    return out;
  }

  const width = raw.benchmarks.length;
  const data = {
    ...raw,
    width,
    values: unpack(raw.values),
    errors: unpack(raw.errors),
    modelNumber: new Map(raw.models.map((model, at) => [model.id, at])),
    benchmarkNumber: new Map(raw.benchmarks.map((benchmark, at) => [benchmark.id, at])),
    parentOf: new Map(raw.tree),
  };
  data.value = (model, benchmark) => data.values[model * width + benchmark];
  data.error = (model, benchmark) => data.errors[model * width + benchmark];
  data.state = (model, benchmark) => data.states[model * width + benchmark];
  data.counts = (model, benchmark) => data.states[model * width + benchmark] === "o";
  data.ranked = (model) => !raw.models[model].flags.some((flag) => flag === "positive-control" || flag === "untrained");
  /** Whether a model's weights were frozen before a benchmark was released; null: nobody says. */
  data.prospective = function (model, benchmark) {
    const [one, other] = [raw.models[model].released, raw.benchmarks[benchmark].released];
    return one && other ? one < other : null;
  };
  BS.data = data;
})((window.BS = window.BS || {}));
