"use strict";
// The board: only rows near the window are in the page.
(function (BS) {
  const ROW = 36;
  const MORE = 8;

  /** A body whose rows are made when they come near; draw() again when what is shown changes. */
  function windowed(scroller, body, count, markup) {
    let first = -1;
    let last = -1;
    function draw(anew) {
      const from = Math.max(0, Math.floor(scroller.scrollTop / ROW) - MORE);
      const to = Math.min(count(), Math.ceil((scroller.scrollTop + scroller.clientHeight) / ROW) + MORE);
      if (!anew && from === first && to === last) return;
      [first, last] = [from, to];
      const focused = document.activeElement && body.contains(document.activeElement) ? document.activeElement : null;
      const again = focused && (focused.dataset.pick ? `[data-pick="${focused.dataset.pick}"]` : `a[href="${CSS.escape(focused.getAttribute("href") || "")}"]`);
      const rows = [`<tr class="space" aria-hidden="true" style="height:${from * ROW}px"></tr>`];
      for (let at = from; at < to; at++) rows.push(`<tr aria-rowindex="${at + 2}">${markup(at)}</tr>`);
      rows.push(`<tr class="space" aria-hidden="true" style="height:${(count() - to) * ROW}px"></tr>`);
      body.innerHTML = rows.join("");
      if (again) body.querySelector(again)?.focus({ preventScroll: true });
    }
    scroller.addEventListener("scroll", () => draw(false), { passive: true });
    new ResizeObserver(() => draw(false)).observe(scroller);
    return draw;
  }

  function legend() {
    const steps = [0, 0.25, 0.5, 0.75, 1].map((share) => {
      const { back, front } = BS.heat(share);
      return BS.el("span", { class: "step", style: `background:${back};color:${front}` }, share.toFixed(2));
    });
    const glyphs = Object.values(BS.STATES).slice(1).map(([glyph, text]) => BS.el("span", {}, BS.el("b", {}, glyph), " " + text));
    return BS.el("div", { class: "legend" }, BS.el("span", {}, steps), glyphs,
      BS.el("span", {}, "bar: value ± 1.96 errors"), BS.el("span", {}, "7/9: benchmarks with a value"));
  }

  function summary(table, shown) {
    const kept = table.kept.filter(Boolean).length;
    const sure = table.rule === "min" ? "the smallest has no rank interval" : table.paired ? "rank intervals from paired differences"
      : "rank intervals of independent errors: wider than paired ones";
    return `${shown} of ${BS.data.models.length} models, ${kept} of ${BS.data.width} benchmarks; ${sure}`;
  }

  function toolbar(state) {
    const count = BS.selection.picked.size;
    const names = () => [...BS.selection.picked].map((model) => BS.data.models[model].id);
    return [
      BS.el("button", { type: "button", disabled: count < 2 || count > 6, onclick: () => (location.hash = BS.route.href({ page: "compare", options: { models: names().join("\n") } })) },
        count ? `Compare ${count} chosen` : "Compare (choose 2 to 6)"),
      count ? BS.el("button", { type: "button", onclick: () => { BS.selection.picked.clear(); state.draw(true); } }, "Choose none") : null,
      BS.el("button", { type: "button", onclick: () => state.open("all") }, "Open all"),
      BS.el("button", { type: "button", onclick: () => state.open("none") }, "Close all"),
      BS.downloads(state),
    ];
  }

  BS.pages = BS.pages || {};
  BS.pages.board = function (main, route) {
    let options = route.options;
    const told = BS.el("p", { class: "summary", role: "status" });
    const tools = BS.el("div", { class: "tools" });
    const head = BS.el("thead");
    const body = BS.el("tbody");
    const grid = BS.el("table", { class: "board" }, BS.el("caption", { class: "sr" }, "Models and their scores"), head, body);
    const scroller = BS.el("div", { class: "grid", tabindex: "0", role: "region", "aria-label": "Board, scrolls both ways" }, grid);
    const state = { table: null, models: [], columns: [], ranks: [], draw, open };
    const rows = windowed(scroller, body, () => state.models.length,
      (at) => BS.rowMarkup(state.table, state.ranks, state.models[at], state.columns));

    function draw(keep) {
      state.table = BS.selection.view(options);
      state.models = BS.selection.models(state.table, options);
      state.ranks = BS.selection.ranks(state.table);
      state.columns = BS.columns.list(state.table, BS.columns.opened(state.table, options));
      const top = state.table.top === undefined ? "" : state.table.nodes[state.table.top].name;
      head.replaceChildren(BS.columns.header(state.columns, { sort: options.sort || top, up: options.dir === "up" }));
      grid.setAttribute("aria-rowcount", state.models.length + 1);
      told.textContent = summary(state.table, state.models.length);
      tools.replaceChildren(...toolbar(state).filter(Boolean));
      if (!keep) scroller.scrollTop = 0;
      rows(true);
    }
    function change(changes) {
      options = BS.route.change(changes).options;
      draw(false);
    }
    function open(which) {
      change({ open: which === "none" ? "-" : state.table.nodes.map((node) => node.name).join("\n") });
    }
    function press(event) {
      const { sort, toggle } = event.target.dataset;
      if (sort) change({ sort, dir: (options.sort || state.table.nodes[state.table.top]?.name) === sort && options.dir !== "up" ? "up" : "" });
      if (toggle) {
        const now = BS.columns.opened(state.table, options);
        if (!now.delete(toggle)) now.add(toggle);
        change({ open: [...now].join("\n") || "-" });
      }
      const named = sort ? `[data-sort="${CSS.escape(sort)}"]` : toggle ? `[data-toggle="${CSS.escape(toggle)}"]` : "";
      if (named) head.querySelector(named)?.focus();
    }
    head.addEventListener("click", press);
    body.addEventListener("change", (event) => {
      const model = Number(event.target.dataset.pick);
      if (event.target.checked) BS.selection.picked.add(model);
      else BS.selection.picked.delete(model);
      tools.replaceChildren(...toolbar(state).filter(Boolean));
    });
    main.replaceChildren(BS.el("h1", {}, "Leaderboard"), BS.filters(options, change), told, tools, scroller, legend());
    draw(false);
  };
})((window.BS = window.BS || {}));
