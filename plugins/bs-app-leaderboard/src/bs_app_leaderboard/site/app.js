"use strict";
// The router, and keys that work everywhere.
(function (BS) {
  function footer() {
    const { built, domain, tree_version: tree, at } = BS.data;
    const past = at ? `, as of ${at}` : "";
    return [
      `Built ${built.slice(0, 16).replace("T", " ")} UTC${past}. Domain ${domain}, tree ${tree}.`,
      "Only public benchmarks and scores that may be shown are in this folder.",
      "Pages print three decimals, downloads hold four. Keys: / search.",
    ].join(" ");
  }

  /** Links to other pages keep what chooses and averages scores; the board keeps what it showed last. */
  function links() {
    const { page, options } = BS.route.now();
    if (page === "board") BS.boardOptions = options;
    const shared = { ...BS.selection.shared(BS.boardOptions || {}), ...BS.selection.shared(options) };
    for (const link of document.querySelectorAll("header a")) {
      const to = link.dataset.page;
      const kept = to === "board" ? { ...BS.boardOptions, ...shared } : shared;
      link.setAttribute("href", BS.route.href({ page: to, options: kept }));
      if (to === page && !link.classList.contains("brand")) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  function show(focus) {
    const route = BS.route.now();
    const main = document.getElementById("main");
    if (Object.hasOwn(BS.pages, route.page)) BS.pages[route.page](main, route);
    else main.replaceChildren(BS.el("h1", {}, "No such page"), BS.el("p", {}, BS.link({ page: "board" }, "The board")));
    const heading = main.querySelector("h1");
    document.title = (heading ? heading.textContent + " · " : "") + "Brain-Score";
    links();
    if (focus) {
      window.scrollTo(0, 0);
      main.focus({ preventScroll: true });
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
    const search = document.getElementById("search");
    if (!search) return;
    event.preventDefault();
    search.focus();
  });
  window.addEventListener("hashchange", () => show(true));
  BS.route.changed = links;
  document.getElementById("footer").textContent = footer();
  show(false);
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
})((window.BS = window.BS || {}));
