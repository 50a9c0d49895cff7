"use strict";
// Elements of the page. Text from the payload is only ever set as text, never as markup.
(function (BS) {
  const SVG = "http://www.w3.org/2000/svg";

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children.flat(Infinity)) {
      if (child !== null && child !== undefined && child !== false) element.append(child);
    }
    return element;
  }

  BS.el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
  BS.svg = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);
  BS.link = (route, text, attributes) => BS.el("a", { href: BS.route.href(route), ...attributes }, text);

  /** Three decimals, as the tables of the command line print them. */
  BS.number = (value) => (value === null || value === undefined || Number.isNaN(value) ? "" : value.toFixed(3));
  BS.plusMinus = (value, error) =>
    BS.number(value) + (error === null || error === undefined || Number.isNaN(error) ? "" : " ± " + BS.number(error));
  BS.rankText = (rank) => (rank ? (rank[0] === rank[1] ? String(rank[0]) : rank[0] + "–" + rank[1]) : "");
  BS.tell = function (text) {
    document.getElementById("told").textContent = text;
  };

  /** Options of a select. */
  BS.select = function (label, options, chosen, changed) {
    const made = BS.el("select", { onchange: (event) => changed(event.target.value) });
    for (const [value, text] of options) {
      made.append(BS.el("option", { value, selected: value === chosen }, text));
    }
    return BS.el("label", { class: "field" }, BS.el("span", {}, label), made);
  };

  /** A table from headers and rows of cells; the first cell of a row is its header. */
  BS.table = function (caption, headers, rows, numeric) {
    const cell = (content, at) =>
      BS.el(
        at ? "td" : "th",
        { class: numeric && numeric.includes(at) ? "number" : null, scope: at ? null : "row" },
        content,
      );
    return BS.el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
      BS.el(
        "table",
        { class: "plain" },
        BS.el("caption", {}, caption),
        BS.el(
          "thead",
          {},
          BS.el(
            "tr",
            {},
            headers.map((text) => BS.el("th", { scope: "col" }, text)),
          ),
        ),
        BS.el(
          "tbody",
          {},
          rows.map((row) => BS.el("tr", {}, row.map(cell))),
        ),
      ),
    );
  };
})((window.BS = window.BS || {}));
