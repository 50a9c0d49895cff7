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
  const dates = new Map();

  /** The first and last day that a date of a day, month or year may mean, as numbers; null where it is none. */
  function days(text) {
    if (!dates.has(text)) dates.set(text, parsed(text));
    return dates.get(text);
  }

  function parsed(text) {
    const found = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?$/.exec(text || "");
    if (!found) return null;
    const [year, month, day] = found.slice(1).map((part) => (part === undefined ? 0 : Number(part)));
    if (month > 12 || year < 1) return null; // a zero is as good as nothing, as in Python
    const length = (of) => new Date(Date.UTC(2000 + (year % 400), of, 0)).getUTCDate();
    const last = month || 12;
    if (day > length(last)) return null;
    const number = (m, d) => (year * 100 + m) * 100 + d;
    return [number(month || 1, day || 1), number(last, day || length(last))];
  }

  /** Whether a model's weights were frozen before a benchmark was released; null: nobody says, or both are possible. */
  data.prospective = function (model, benchmark) {
    const [frozen, released] = [days(raw.models[model].released), days(raw.benchmarks[benchmark].released)];
    if (!frozen || !released) return null;
    if (frozen[1] < released[0]) return true;
    return frozen[0] >= released[1] ? false : null;
  };
  BS.data = data;
})((window.BS = window.BS || {}));
