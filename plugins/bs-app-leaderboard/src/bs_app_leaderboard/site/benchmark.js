"use strict";
// The page of a benchmark.
(function (BS) {
  const { card, terms, doi, citation, credit, loading } = BS.parts;
  const MOST = 60;

  function scored(number) {
    return BS.data.models
      .map((line, model) => ({ line, model, value: BS.data.value(model, number), error: BS.data.error(model, number) }))
      .filter(({ model }) => BS.data.counts(model, number))
      .sort((one, other) => other.value - one.value);
  }

  function distribution(number, entries) {
    const bins = 24;
    const known = entries.map((entry) => entry.value);
    const [low, high] = [Math.min(0, ...known), Math.max(1, ...known)];
    const counts = new Array(bins).fill(0);
    for (const value of known) counts[Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))] += 1;
    const most = Math.max(1, ...counts);
    const [width, height] = [Math.min(640, Math.max(300, document.getElementById("main").clientWidth - 20)), 150];
    const px = (share) => 20 + share * (width - 40);
    const bars = counts.map((count, at) =>
      BS.svg(
        "rect",
        {
          class: "dot",
          x: px(at / bins) + 1,
          width: (width - 40) / bins - 2,
          y: 120 - (count / most) * 110,
          height: (count / most) * 110,
        },
        BS.svg("title", {}, `${count} models`),
      ),
    );
    const marks = BS.figures
      .ticks(low, high, 5)
      .map((value) =>
        BS.svg(
          "text",
          { x: px((value - low) / (high - low)), y: 136, "text-anchor": "middle", class: "soft" },
          String(value),
        ),
      );
    const caption = `Scores of ${entries.length} models; the highest bar counts ${most}`;
    return BS.el(
      "figure",
      {},
      BS.svg(
        "svg",
        { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": caption, style: "max-width:44rem" },
        bars,
        marks,
        BS.svg("line", { class: "axis", x1: 20, x2: width - 20, y1: 120, y2: 120 }),
      ),
      BS.el("figcaption", {}, caption),
    );
  }

  function leaders(entries) {
    const few = entries.slice(0, MOST);
    const caption =
      entries.length > MOST
        ? `The ${MOST} highest of ${entries.length} scores, 95% intervals`
        : "Scores with 95% intervals";
    return BS.figures.rows(
      caption,
      few.map(({ line, value, error }) => ({
        label: line.id,
        value,
        error: error || 0,
        text: `${line.id}: ${BS.plusMinus(value, error)}`,
        href: BS.route.href({ page: "model", name: line.id }),
      })),
      "score",
    );
  }

  function alike(correlations) {
    const found = Object.entries(correlations).sort((one, other) => other[1] - one[1]);
    if (!found.length) return BS.el("p", {}, "Too few models have a score here and elsewhere.");
    const few = found.length > 12 ? [...found.slice(0, 6), ...found.slice(-6)] : found;
    return BS.table(
      found.length > 12 ? "The six most and the six least alike" : "All others",
      ["benchmark", "rank correlation"],
      few.map(([name, rho]) => [BS.link({ page: "benchmark", name }, name), rho.toFixed(2)]),
      [1],
    );
  }

  /** Of which pairs the share is. */
  function apartTold(apart) {
    const of = apart.pairs ? ` of ${apart.pairs.toLocaleString("en")}` : "";
    return `pairs of models told apart${of}: paired over stimuli where scores allow it, after Holm over all pairs`;
  }

  function ceiling(page) {
    if (!page.ceilings.length) return "";
    const [first, last] = [page.ceilings[0], page.ceilings[page.ceilings.length - 1]];
    return page.ceilings.length === 1
      ? BS.plusMinus(...first)
      : `${BS.number(first[0])} to ${BS.number(last[0])}, by model`;
  }

  /** Stimuli of each set, whose licence asks for its name, for credit, and for word of the change. */
  function samples(sets) {
    if (!sets.length) return null;
    return [
      BS.el("h2", {}, "Sample stimuli"),
      sets.map((set) => {
        const by = [...new Set(set.bibtex.map(credit))].filter(Boolean).join("; ");
        const some =
          set.stimuli === 1
            ? "The only stimulus"
            : `${set.pictures.length} of the ${set.stimuli.toLocaleString("en")} stimuli`;
        return BS.el(
          "figure",
          { class: "samples" },
          BS.el(
            "div",
            {},
            set.pictures.map(({ file, width, height, alt }) => BS.el("img", { src: file, width, height, alt })),
          ),
          BS.el(
            "figcaption",
            {},
            `${some} of ${set.set}, made small. `,
            by ? `Credit: ${by}. ` : null,
            "Licence: ",
            set.terms ? BS.el("a", { href: set.terms, rel: "noreferrer" }, set.licence) : set.licence,
            ". ",
            set.doi ? ["Paper: ", doi(set.doi), "."] : null,
          ),
        );
      }),
    ];
  }

  function draw(page) {
    const number = BS.data.benchmarkNumber.get(page.identifier);
    const entries = scored(number);
    const apart = page.separation;
    const share = (value) => (value === null || value === undefined ? "" : (100 * value).toFixed(0) + "%");
    const by = credit(page.bibtex);
    return [
      BS.el("h1", {}, page.identifier),
      by ? BS.el("p", {}, "Credit: the recordings or answers are the work of ", BS.el("b", {}, by), ".") : null,
      page.description ? BS.el("p", {}, page.description) : null,
      BS.el(
        "div",
        { class: "cards" },
        card(ceiling(page), "ceiling ± error"),
        card(String(apart.models), "ranked models with a score"),
        card(share(apart.pairs_told_apart), apartTold(apart)),
        card(BS.number(apart.headroom), "headroom: 1 − best score"),
      ),
      samples(page.samples),
      BS.el("h2", {}, "Scores"),
      entries.length ? [distribution(number, entries), leaders(entries)] : BS.el("p", {}, "No model has a score yet."),
      BS.el("h2", {}, "Which benchmarks rank models alike"),
      alike(apart.correlations),
      BS.el("h2", {}, "What it is"),
      terms([
        ["place in the tree", page.parent.replace(/_/g, " ")],
        ["data", page.data],
        ["species", page.species],
        ["metric", page.metric],
        ["ceiling by", page.ceiling],
        ["region", page.experiment.region],
        ["task", page.experiment.task],
        ["visual degrees", page.experiment.visual_degrees],
        ["trials", page.experiment.number_of_trials],
        ["people", page.experiment.human],
        ["flags", page.flags],
        ["version", page.version],
        ["released", page.released],
        ["licence", page.licence],
        ["paper", page.doi ? doi(page.doi) : ""],
        ["digest", page.digest],
      ]),
      BS.el("h2", {}, "How to be scored"),
      BS.el("pre", {}, `brainscore score MODEL --benchmark "${page.identifier}"`),
      BS.el("h2", {}, "How to cite it"),
      citation(page.bibtex, "benchmark"),
    ];
  }

  BS.pages.benchmark = loading("benchmark", draw);
})((window.BS = window.BS || {}));
