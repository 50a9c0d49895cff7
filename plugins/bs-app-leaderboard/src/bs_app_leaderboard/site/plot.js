"use strict";
// Score against score, and score over time.
(function (BS) {
  function places() {
    const table = BS.selection.view({});
    const nodes = BS.selection.preorder(table).map((at) => [table.nodes[at].name, table.nodes[at].name.replace(/_/g, " ")]);
    return [...nodes, ...BS.data.benchmarks.map((line) => [line.id, line.id])];
  }

  /** [value, error] of each model at a node or benchmark. */
  function reader(name) {
    const table = BS.selection.view({});
    const at = table.nodes.findIndex((node) => node.name === name);
    if (at >= 0) return (model) => table.rows[model][at];
    const leaf = BS.data.benchmarkNumber.get(name);
    return (model) => (leaf !== undefined && BS.data.counts(model, leaf) ? [BS.data.value(model, leaf), BS.data.error(model, leaf)] : [NaN, NaN]);
  }

  function correlation(points) {
    const n = points.length;
    if (n < 3) return "";
    const rank = (key) => {
      const order = points.map((point) => point[key]).map((value, at) => [value, at]).sort((a, b) => a[0] - b[0]);
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
    const rho = sum((at) => (a[at] - mean) * (b[at] - mean)) / Math.sqrt(sum((at) => (a[at] - mean) ** 2) * sum((at) => (b[at] - mean) ** 2));
    return Number.isFinite(rho) ? `, rank correlation ${rho.toFixed(2)}` : "";
  }

  function chosen(name, fallback) {
    return places().some(([known]) => known === name) ? name : fallback;
  }

  function tabled(points, x, y) {
    const rows = points.map((point) => [BS.link({ page: "model", name: point.name }, point.name), point.shownX, BS.plusMinus(point.y, point.error)]);
    return BS.el("details", {}, BS.el("summary", {}, `These ${points.length} points as a table`), BS.table("Points", ["model", x, y], rows, [1, 2]));
  }

  function page(title, axis, x, fields, points, empty) {
    const [label] = [axis.y.label];
    return [BS.el("h1", {}, title), BS.el("div", { class: "tools" }, fields),
      points.length ? [BS.figures.plane(`${points.length} models${axis.note || ""}; whiskers: one error`, points, axis.x, axis.y), tabled(points, x, label)] : BS.el("p", {}, empty)].flat();
  }

  function pointsOf(of) {
    return BS.data.models.map((line, model) => ({ name: line.id, href: BS.route.href({ page: "model", name: line.id }), ...of(line, model) }))
      .filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y));
  }

  BS.pages.plot = function (main, route) {
    const all = places();
    const y = chosen(route.options.y, BS.data.node);
    const x = chosen(route.options.x, (all.find(([name]) => name !== y) || [y])[0]);
    const [readX, readY] = [reader(x), reader(y)];
    const points = pointsOf((line, model) => {
      const [[vx, ex], [vy, ey]] = [readX(model), readY(model)];
      return { x: vx, y: vy, dx: ex || 0, dy: ey || 0, error: ey, shownX: BS.plusMinus(vx, ex), text: `${line.id}: ${BS.plusMinus(vx, ex)}, ${BS.plusMinus(vy, ey)}` };
    });
    const go = (options) => (location.hash = BS.route.href({ page: "plot", options: { x, y, ...options } }));
    const fields = [BS.select("Across", all, x, (value) => go({ x: value })), BS.select("Up", all, y, (value) => go({ y: value }))];
    main.replaceChildren(...page("Score against score", { x: { label: x }, y: { label: y }, note: correlation(points) }, x, fields, points, "No model has both."));
  };

  BS.pages.time = function (main, route) {
    const y = chosen(route.options.y, BS.data.node);
    const read = reader(y);
    const points = pointsOf((line, model) => {
      const [value, error] = read(model);
      const date = Date.parse(line.released);
      return { x: new Date(date).getTime() / 31557600000 + 1970, y: value, dy: error || 0, error, shownX: line.released, text: `${line.id}, ${line.released}: ${BS.plusMinus(value, error)}` };
    });
    const go = (value) => (location.hash = BS.route.href({ page: "time", options: { y: value } }));
    const axis = { x: { label: "weights frozen", least: 0.3, show: (year) => (Number.isInteger(year) ? String(year) : year.toFixed(1)) }, y: { label: y } };
    main.replaceChildren(...page("Score over time", axis, "weights frozen", [BS.select("Up", places(), y, go)], points, "No model says when its weights were frozen."));
  };
})((window.BS = window.BS || {}));
