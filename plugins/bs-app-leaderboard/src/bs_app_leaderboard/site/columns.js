"use strict";
// The columns of the board: nodes of the tree from the top down, those that are open followed by what lies below them.
(function (BS) {
  function opened(table, options) {
    if (options.open === "-") return new Set();
    if (options.open) return new Set(BS.selection.lines(options.open));
    if (table.top === undefined) return new Set();
    const { name, children } = table.nodes[table.top];
    return new Set([name, ...children.map((at) => table.nodes[at].name)]); // whatever the window: links show the same
  }

  function list(table, open) {
    const found = [];
    function visit(at, depth) {
      const node = table.nodes[at];
      found.push({ kind: "node", name: node.name, at, depth, open: open.has(node.name), total: node.all.length });
      if (!open.has(node.name)) return;
      for (const child of node.children) visit(child, depth + 1);
      for (const leaf of node.leaves) {
        found.push({ kind: "leaf", name: BS.data.benchmarks[leaf].id, at: leaf, depth: depth + 1 });
      }
    }
    table.roots.forEach((root) => visit(root, 0));
    return found;
  }

  /** A name that may break where one would break it by hand: after marks, and before capitals. */
  function broken(text) {
    return text.split(/(?<=[._:-])|(?<=[a-z0-9])(?=[A-Z])/).flatMap((part, at) => (at ? [BS.el("wbr"), part] : [part]));
  }

  function sortButton(name, text, state) {
    const chosen = state.sort === name;
    const mark = chosen ? (state.up ? " ▲" : " ▼") : "";
    return BS.el("button", { type: "button", class: "sort", title: name, "data-sort": name }, broken(text), mark);
  }

  function toggle(column) {
    const label = (column.open ? "Close " : "Open ") + column.name + `, ${column.total} benchmarks`;
    return BS.el(
      "button",
      {
        type: "button",
        class: "toggle",
        "data-toggle": column.name,
        "aria-expanded": String(column.open),
        "aria-label": label,
      },
      (column.open ? "▾ " : "▸ ") + column.total,
    );
  }

  function aria(name, state) {
    return state.sort === name ? (state.up ? "ascending" : "descending") : "none";
  }

  function header(columns, state) {
    const cells = columns.map((column) =>
      BS.el(
        "th",
        {
          scope: "col",
          class: `${column.kind} depth${Math.min(column.depth, 4)}`,
          "aria-sort": aria(column.name, state),
        },
        sortButton(column.name, column.name.replace(/_/g, " "), state),
        column.kind === "node"
          ? toggle(column)
          : BS.link({ page: "benchmark", name: column.name }, "page", {
              class: "more",
              "aria-label": "Page of " + column.name,
            }),
      ),
    );
    return BS.el(
      "tr",
      {},
      BS.el(
        "th",
        { scope: "col", class: "name", "aria-sort": aria("model", state) },
        sortButton("model", "model", state),
      ),
      BS.el("th", { scope: "col", class: "rank" }, "rank (95%)"),
      cells,
    );
  }

  BS.columns = { opened, list, header };
})((window.BS = window.BS || {}));
