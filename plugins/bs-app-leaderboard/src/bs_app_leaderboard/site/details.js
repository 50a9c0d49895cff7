"use strict";
// Files of single models and benchmarks, loaded when they are asked for: by a script, which also works from disk.
(function (BS) {
  const waiting = new Map();
  const loaded = new Map();
  const FILES = {
    model: (name) => `models/${BS.data.modelNumber.get(name)}.js`,
    draws: (name) => `draws/${BS.data.modelNumber.get(name)}.js`,
    benchmark: (name) => `benchmarks/${BS.data.benchmarkNumber.get(name)}.js`,
    citations: () => "citations.js",
    intervals: () => "intervals.js",
  };

  window.BRAINSCORE_DETAIL = function (kind, name, content) {
    loaded.set(kind + ":" + name, content);
  };

  BS.detail = function (kind, name) {
    const key = kind + ":" + name;
    if (loaded.has(key)) return Promise.resolve(loaded.get(key));
    if (!waiting.has(key)) {
      waiting.set(
        key,
        new Promise((resolve, reject) => {
          const script = BS.el("script", { src: FILES[kind](name) });
          script.onload = () =>
            loaded.has(key) ? resolve(loaded.get(key)) : reject(new Error(`${key} is not in its file`));
          script.onerror = () => {
            waiting.delete(key);
            reject(new Error(`the file of ${name} could not be read`));
          };
          document.head.append(script);
        }),
      );
    }
    return waiting.get(key);
  };
})((window.BS = window.BS || {}));
