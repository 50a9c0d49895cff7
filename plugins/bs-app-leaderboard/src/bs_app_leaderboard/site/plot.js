"use strict";
// Score against score, and score over time.
(function (BS) {
  function places(table) {
    const nodes = BS.selection.preorder(table).map((at) => table.nodes[at].name);
    return [
      ...nodes.map((name) => [name, name.replace(/_/g, " ")]),
      ...BS.data.benchmarks.filter((_, at) => table.kept[at]).map((line) => [line.id, line.id]),
    ];
  }

  /** [value, error] of each model at a node or benchmark. */
  function reader(table, name) {
    const at = table.nodes.findIndex((node) => node.name === name);
    if (at >= 0) return (model) => table.rows[model][at];
    const leaf = BS.data.benchmarkNumber.get(name);
    return (model) => (leaf === undefined ? [NaN, NaN] : BS.selection.score(table, model, leaf));
  }

  function correlation(points) {
    const n = points.length;
    if (n < 3) return "";
    const rank = (key) => {
      const order = points
        .map((point) => point[key])
        .map((value, at) => [value, at])
        .sort((a, b) => a[0] - b[0]);
      const found = new Array(n);
      for (let from = 0; from < n;) {
        let to = from;
        while (to < n && order[to][0] === order[from][0]) to += 1;
        for (let at = from; at < to; at++) found[order[at][1]] = (from + to - 1) / 2;
        from = to;
      }
      return found;
    };
    const [a, b, mean] = [rank("x"), rank("y"), (n - 1) / 2];
    const sum = (f) => points.reduce((total, _, at) => total + f(at), 0);
    const rho =
      sum((at) => (a[at] - mean) * (b[at] - mean)) /
      Math.sqrt(sum((at) => (a[at] - mean) ** 2) * sum((at) => (b[at] - mean) ** 2));
    return Number.isFinite(rho) ? `, rank correlation ${rho.toFixed(2)}` : "";
  }

  function chosen(all, name, fallback) {
    return all.some(([known]) => known === name) ? name : fallback;
  }

  function tabled(points, x, y) {
    const rows = points.map((point) => [
      BS.link({ page: "model", name: point.name }, point.name),
      point.shownX,
      BS.plusMinus(point.y, point.error),
    ]);
    return BS.el(
      "details",
      {},
      BS.el("summary", {}, `These ${points.length} points as a table`),
      BS.table("Points", ["model", x, y], rows, [1, 2]),
    );
  }

  function drawing(axis, x, points, empty) {
    if (!points.length) return [BS.el("p", {}, empty)];
    const caption = `${points.length} models${axis.note || ""}; whiskers: one error`;
    return [BS.figures.plane(caption, points, axis.x, axis.y), tabled(points, x, axis.y.label)];
  }

  function pointsOf(of) {
    return BS.data.models
      .map((line, model) => ({
        name: line.id,
        href: BS.route.href({ page: "model", name: line.id }),
        ...of(line, model),
      }))
      .filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y));
  }

  /** A page that is drawn anew in place when its fields change: the focus stays in the field. */
  function redrawn(draw) {
    return function (main, route) {
      let options = route.options;
      const [head, fields, body] = [BS.el("h1"), BS.el("div", { class: "tools" }), BS.el("div")];
      const change = (changes) => {
        options = BS.route.change(changes).options;
        body.replaceChildren(...told());
      };
      function told() {
        const { title, selects, content, table } = draw(options, change);
        head.textContent = title;
        if (!fields.children.length) fields.append(...selects);
        return [BS.el("p", { class: "summary" }, BS.selection.told(table)), ...content];
      }
      main.replaceChildren(head, fields, body);
      body.replaceChildren(...told());
    };
  }

  BS.pages.plot = redrawn(function (options, change) {
    const table = BS.selection.view(options);
    const all = places(table);
    const y = chosen(all, options.y, chosen(all, BS.data.node, (all[0] || [""])[0]));
    const x = chosen(all, options.x, (all.find(([name]) => name !== y) || [y])[0]);
    const [readX, readY] = [reader(table, x), reader(table, y)];
    const points = pointsOf((line, model) => {
      const [[vx, ex], [vy, ey]] = [readX(model), readY(model)];
      const text = `${line.id}: ${BS.plusMinus(vx, ex)}, ${BS.plusMinus(vy, ey)}`;
      return { x: vx, y: vy, dx: ex || 0, dy: ey || 0, error: ey, shownX: BS.plusMinus(vx, ex), text };
    });
    const axis = { x: { label: x }, y: { label: y }, note: correlation(points) };
    return {
      title: "Score against score",
      table,
      selects: [
        BS.select("Across", all, x, (value) => change({ x: value })),
        BS.select("Up", all, y, (value) => change({ y: value })),
      ],
      content: drawing(axis, x, points, "No model has both."),
    };
  });

  BS.pages.time = redrawn(function (options, change) {
    const table = BS.selection.view(options);
    const all = places(table);
    const y = chosen(all, options.y, chosen(all, BS.data.node, (all[0] || [""])[0]));
    const read = reader(table, y);
    const points = pointsOf((line, model) => {
      const [value, error] = read(model);
      const x = Date.parse(line.released) / 31557600000 + 1970;
      const text = `${line.id}, ${line.released}: ${BS.plusMinus(value, error)}`;
      return { x, y: value, dy: error || 0, error, shownX: line.released, text };
    });
    const show = (year) => (Number.isInteger(year) ? String(year) : year.toFixed(1));
    const axis = { x: { label: "weights frozen", least: 0.3, show }, y: { label: y } };
    return {
      title: "Score over time",
      table,
      selects: [BS.select("Up", all, y, (value) => change({ y: value }))],
      content: drawing(axis, "weights frozen", points, "No model says when its weights were frozen."),
    };
  });
})((window.BS = window.BS || {}));
