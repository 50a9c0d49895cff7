"use strict";
// The board: only rows near the window are in the page.
(function (BS) {
  const MORE = 8;

  /** Height of a row, which the style sheet decides. */
  const height = () => parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--row"));

  /** A body whose rows are made when they come near; draw() again when what is shown changes. */
  function windowed(scroller, body, count, markup) {
    let first = -1;
    let last = -1;
    let high = height();
    function draw(anew) {
      const from = Math.max(0, Math.floor(scroller.scrollTop / high) - MORE);
      const to = Math.min(count(), Math.ceil((scroller.scrollTop + scroller.clientHeight) / high) + MORE);
      if (!anew && from === first && to === last) return;
      [first, last] = [from, to];
      const focused = document.activeElement && body.contains(document.activeElement) ? document.activeElement : null;
      const again =
        focused &&
        (focused.dataset.pick
          ? `[data-pick="${focused.dataset.pick}"]`
          : `a[href="${CSS.escape(focused.getAttribute("href") || "")}"]`);
      const rows = [`<tr class="space" aria-hidden="true" style="height:${from * high}px"></tr>`];
      for (let at = from; at < to; at++) rows.push(`<tr aria-rowindex="${at + 2}">${markup(at)}</tr>`);
      rows.push(`<tr class="space" aria-hidden="true" style="height:${(count() - to) * high}px"></tr>`);
      body.innerHTML = rows.join("");
      if (again) body.querySelector(again)?.focus({ preventScroll: true });
    }
    scroller.addEventListener("scroll", () => draw(false), { passive: true });
    const resized = () => {
      const before = high;
      high = height();
      draw(before !== high);
    };
    new ResizeObserver(resized).observe(scroller);
    return draw;
  }

  function legend() {
    const steps = [0, 0.25, 0.5, 0.75, 1].map((share) => {
      const { back, front } = BS.heat(share);
      return BS.el("span", { class: "step", style: `background:${back};color:${front}` }, share.toFixed(2));
    });
    const glyphs = Object.values(BS.STATES)
      .slice(1)
      .map(([glyph, text]) => BS.el("span", {}, BS.el("b", {}, glyph), " " + text));
    return BS.el(
      "div",
      { class: "legend" },
      BS.el("span", {}, steps),
      glyphs,
      BS.el("span", {}, "bar: value ± 1.96 errors"),
      BS.el("span", {}, "7/9: benchmarks with a value"),
    );
  }

  function summary(table, shown) {
    const kept = table.kept.filter(Boolean).length;
    const sure =
      table.rule === "min"
        ? "the smallest has no rank interval"
        : table.paired
          ? "rank intervals from paired differences"
          : "rank intervals are wider: independent errors (paired ones are there for one filter at a time)";
    return `${shown} of ${BS.data.models.length} models, ${kept} of ${BS.data.width} benchmarks; ${sure}`;
  }

  const button = (text, pressed, more) => BS.el("button", { type: "button", onclick: pressed, ...more }, text);

  function toolbar(state) {
    const count = BS.selection.picked.size;
    const models = [...BS.selection.picked].map((model) => BS.data.models[model].id).join("\n");
    const options = { ...BS.selection.shared(state.options), models };
    const compare = () => (location.hash = BS.route.href({ page: "compare", options }));
    const text = count ? `Compare ${count} chosen` : "Compare (choose 2 to 6)";
    return [
      button(text, compare, { disabled: count < 2 || count > 6 }),
      count ? button("Choose none", () => state.pick([])) : null,
      button("Open all", () => state.reveal(state.table.nodes.map((node) => node.name))),
      button("Close all", () => state.reveal([])),
      BS.downloads(state),
    ];
  }

  /** Models that the address names are chosen. */
  function pickNamed(options) {
    BS.selection.picked.clear();
    for (const name of BS.selection.lines(options.pick)) {
      if (BS.data.modelNumber.has(name)) BS.selection.picked.add(BS.data.modelNumber.get(name));
    }
  }

  BS.pages = BS.pages || {};
  BS.pages.board = function (main, route) {
    pickNamed(route.options);
    const told = BS.el("p", { class: "summary", role: "status" });
    const tools = BS.el("div", { class: "tools" });
    const head = BS.el("thead");
    const body = BS.el("tbody");
    const grid = BS.el(
      "table",
      { class: "board" },
      BS.el("caption", { class: "sr" }, "Models and their scores"),
      head,
      body,
    );
    const scroller = BS.el(
      "div",
      { class: "grid", tabindex: "0", role: "region", "aria-label": "Board, scrolls both ways" },
      grid,
    );
    const state = { options: route.options, table: null, models: [], columns: [], ranks: [], reveal, pick };
    const rows = windowed(
      scroller,
      body,
      () => state.models.length,
      (at) => BS.rowMarkup(state.table, state.ranks, state.models[at], state.columns),
    );

    function draw(keep) {
      state.table = BS.selection.view(state.options);
      state.models = BS.selection.models(state.table, state.options);
      state.ranks = BS.selection.ranks(state.table);
      state.columns = BS.columns.list(state.table, BS.columns.opened(state.table, state.options));
      const { key, up } = BS.selection.sorting(state.table, state.options);
      head.replaceChildren(BS.columns.header(state.columns, { sort: key, up }));
      grid.setAttribute("aria-rowcount", state.models.length + 1);
      told.textContent = summary(state.table, state.models.length);
      tools.replaceChildren(...toolbar(state).filter(Boolean));
      if (!keep) scroller.scrollTop = 0;
      rows(true);
      if (!state.table.paired && !BS.selection.intervals) {
        BS.selection.loadIntervals().then(() => main.contains(grid) && draw(true));
      }
    }
    function change(changes, keep) {
      state.options = BS.route.change(changes).options;
      draw(keep);
    }
    function reveal(names) {
      change({ open: names.join("\n") || "-" }, true);
    }
    function pick(models) {
      BS.selection.picked.clear();
      for (const model of models) BS.selection.picked.add(model);
      change({ pick: models.map((model) => BS.data.models[model].id).join("\n") }, true);
    }
    /** Opens the branch of a benchmark, and brings its column into view. */
    function find(text) {
      const leaf = BS.selection.benchmarkNamed(text);
      if (leaf < 0) return BS.tell(`No benchmark is named ${text}`);
      const { id } = BS.data.benchmarks[leaf];
      if (!state.table.kept[leaf]) return BS.tell(`${id} is left out by the filters`);
      reveal([...new Set([...BS.columns.opened(state.table, state.options), ...BS.selection.branch(leaf)])]);
      const cell = head.querySelector(`[data-sort="${CSS.escape(id)}"]`).closest("th");
      const beside = head.querySelector("th.name").offsetWidth;
      scroller.scrollLeft = cell.offsetLeft - Math.max(beside, (scroller.clientWidth + beside - cell.offsetWidth) / 2);
      for (const found of head.querySelectorAll(".found")) found.classList.remove("found");
      cell.classList.add("found");
      cell.querySelector("button").focus({ preventScroll: true });
      return BS.tell(`${id} is column ${cell.cellIndex + 1}`);
    }
    function press(event) {
      const { sort, toggle } = event.target.closest("button")?.dataset || {};
      if (sort) {
        const { key, up } = BS.selection.sorting(state.table, state.options);
        change({ sort, dir: key !== sort ? "" : up ? "down" : "up" });
      }
      if (toggle) {
        const now = BS.columns.opened(state.table, state.options);
        if (!now.delete(toggle)) now.add(toggle);
        reveal([...now]);
      }
      const named = sort ? `[data-sort="${CSS.escape(sort)}"]` : toggle ? `[data-toggle="${CSS.escape(toggle)}"]` : "";
      if (named) head.querySelector(named)?.focus();
    }
    head.addEventListener("click", press);
    body.addEventListener("change", (event) => {
      const model = Number(event.target.dataset.pick);
      const picked = [...BS.selection.picked].filter((other) => other !== model);
      pick(event.target.checked ? [...picked, model] : picked);
    });
    const filters = BS.filters(state.options, change, find);
    main.replaceChildren(BS.el("h1", {}, "Leaderboard"), filters, told, tools, scroller, legend());
    draw(false);
  };
})((window.BS = window.BS || {}));
