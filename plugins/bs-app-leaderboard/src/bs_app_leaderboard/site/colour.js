"use strict";
// Heat that readers with any colour vision, and printers, put in the same order: viridis (van der Walt & Smith 2015).
(function (BS) {
  const STOPS = [
    [68, 1, 84],
    [65, 68, 135],
    [42, 120, 142],
    [34, 168, 132],
    [122, 209, 81],
    [253, 231, 37],
  ];
  const cache = new Map();

  function linear(channel) {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }

  function of(share) {
    const place = Math.min(Math.max(share, 0), 1) * (STOPS.length - 1);
    const low = Math.min(Math.floor(place), STOPS.length - 2);
    const rgb = STOPS[low].map((from, at) => Math.round(from + (STOPS[low + 1][at] - from) * (place - low)));
    const luminance = 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
    // whichever of black and white stands out more; the worse case is a contrast of 4.58
    return { back: `rgb(${rgb.join(",")})`, front: luminance > 0.1791 ? "#000" : "#fff" };
  }

  BS.heat = function (share) {
    const step = Math.round(Math.min(Math.max(share, 0), 1) * 100);
    if (!cache.has(step)) cache.set(step, of(step / 100));
    return cache.get(step);
  };
  /** Of each letter of the matrix: a glyph, what it means, and the word of files. */
  BS.STATES = {
    o: ["", "scored", "ok"],
    n: ["∅", "null: scored, nothing honest to say", "null"],
    u: ["⊘", "unsupported by the model", "unsupported"],
    a: ["⇣", "unavailable: data or numbers could not be had", "unavailable"],
    f: ["✕", "failed", "failed"],
    "-": ["·", "not attempted", "not attempted"],
  };
})((window.BS = window.BS || {}));
