"use strict";
// The filters above the board.
(function (BS) {
  const LABELS = { region: "Region", species: "Species", task: "Task", metric: "Metric" };

  function choices(lines, facet, all) {
    const found = [...new Set(lines.map((line) => line[facet]).filter(Boolean))].sort();
    return [["", all], ...found.map((value) => [value, value])];
  }

  function facets(options, changed) {
    return BS.selection.FACETS.map((facet) => [facet, choices(BS.data.benchmarks, facet, "all")])
      .filter(([, found]) => found.length > 1)
      .map(([facet, found]) => BS.select(LABELS[facet], found, options[facet], (value) => changed({ [facet]: value })));
  }

  /** A search among the names of benchmarks; found: called with what was asked for. */
  function benchmarkSearch(found) {
    const list = BS.el(
      "datalist",
      { id: "benchmarks" },
      BS.data.benchmarks.map((line) => BS.el("option", { value: line.id })),
    );
    const asked = (event) => event.target.value && found(event.target.value);
    const input = BS.el("input", {
      type: "search",
      id: "benchmark-search",
      list: "benchmarks",
      placeholder: "name of a column",
      autocomplete: "off",
      onkeydown: (event) => event.key === "Enter" && asked(event),
      oninput: (event) => BS.data.benchmarkNumber.has(event.target.value) && asked(event),
    });
    return [BS.el("label", { class: "field" }, BS.el("span", {}, "Find benchmark"), input), list];
  }

  function reset() {
    const pick = BS.route.now().options.pick;
    location.hash = BS.route.href({ page: "board", options: { pick } });
  }

  BS.filters = function (options, changed, found) {
    const search = BS.el("input", {
      type: "search",
      id: "search",
      value: options.q || "",
      placeholder: "name, family or flag",
      autocomplete: "off",
      oninput: (event) => changed({ q: event.target.value }),
    });
    return BS.el(
      "form",
      { class: "filters", role: "search", "aria-label": "Filters", onsubmit: (event) => event.preventDefault() },
      BS.el("label", { class: "field" }, BS.el("span", {}, "Models"), search),
      benchmarkSearch(found),
      BS.select("Family", choices(BS.data.models, "family", "all"), options.family, (value) =>
        changed({ family: value }),
      ),
      BS.el(
        "details",
        { open: BS.selection.FACETS.some((facet) => options[facet]) || window.innerWidth > 700 },
        BS.el("summary", {}, "Benchmarks and rules"),
        BS.el(
          "div",
          { class: "fields" },
          facets(options, changed),
          BS.select(
            "Scores",
            [
              ["", "all"],
              ["prospective", "prospective"],
              ["retrospective", "retrospective"],
            ],
            options.when,
            (value) => changed({ when: value }),
          ),
          BS.select(
            "Average",
            [
              ["", "hierarchical"],
              ["flat", "flat"],
              ["min", "smallest"],
            ],
            options.rule,
            (value) => changed({ rule: value }),
          ),
          BS.select(
            "Missing",
            [
              ["", "left out"],
              ["strict", "no average"],
              ["zero", "counts as 0"],
            ],
            options.policy,
            (value) => changed({ policy: value }),
          ),
          BS.select(
            "Controls",
            [
              ["", "shown"],
              ["yes", "hidden"],
            ],
            options.ranked,
            (value) => changed({ ranked: value }),
          ),
        ),
      ),
      BS.el("button", { type: "button", onclick: reset }, "Reset"),
    );
  };
})((window.BS = window.BS || {}));
