"use strict";
// The router, and keys that work everywhere.
(function (BS) {
  function footer() {
    const { built, domain, tree_version: tree, at } = BS.data;
    const past = at ? `, as of ${at}` : "";
    return `Built ${built.slice(0, 16).replace("T", " ")} UTC${past}. Domain ${domain}, tree ${tree}. Numbers have four decimals. Keys: / search.`;
  }

  function show(focus) {
    const route = BS.route.now();
    const main = document.getElementById("main");
    const page = BS.pages[route.page];
    if (page) page(main, route);
    else main.replaceChildren(BS.el("h1", {}, "No such page"), BS.el("p", {}, BS.link({ page: "board" }, "The board")));
    const heading = main.querySelector("h1");
    document.title = (heading ? heading.textContent + " · " : "") + "Brain-Score";
    for (const link of document.querySelectorAll("nav a")) {
      if (link.getAttribute("href") === "#/" + route.page) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
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
  document.getElementById("footer").textContent = footer();
  show(false);
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
})((window.BS = window.BS || {}));
