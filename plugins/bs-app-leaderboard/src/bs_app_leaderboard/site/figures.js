"use strict";
// Figures drawn by hand: points with errors, in rows or in a plane. Each has a caption, and its numbers in a table or
// list.
(function (BS) {
  const PAD = { left: 56, right: 16, top: 12, bottom: 40 };

  /** Round numbers that divide a range into about `count` steps. */
  function ticks(low, high, count) {
    const rough = (high - low) / count || 1;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
    const found = [];
    const last = Math.floor(high / step + 1e-9);
    for (let at = Math.ceil(low / step - 1e-9); at <= last; at++) found.push(Number((at * step).toPrecision(12)));
    return found;
  }

  function range(values, least) {
    const known = values.filter((value) => Number.isFinite(value));
    if (!known.length) return [0, 1];
    let [low, high] = [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))];
    const space = Math.max((high - low) * 0.05, least || 0.01);
    return [low - space, high + space];
  }

  function figure(caption, drawing) {
    return BS.el("figure", {}, drawing, BS.el("figcaption", {}, caption));
  }

  function text(x, y, content, attributes) {
    return BS.svg("text", { x, y, ...attributes }, content);
  }

  /** Axes of a plane; x and y: {range, label, ticks (optional), show (optional)}. */
  function axes(width, height, x, y) {
    const [left, right, top, bottom] = [PAD.left, width - PAD.right, PAD.top, height - PAD.bottom];
    const px = (value) => left + ((value - x.range[0]) / (x.range[1] - x.range[0])) * (right - left);
    const py = (value) => bottom - ((value - y.range[0]) / (y.range[1] - y.range[0])) * (bottom - top);
    const show = (axis, value) => (axis.show ? axis.show(value) : String(value));
    const parts = [];
    for (const value of x.ticks || ticks(...x.range, width > 500 ? 8 : 4)) {
      parts.push(
        BS.svg("line", { class: "rule", x1: px(value), x2: px(value), y1: top, y2: bottom }),
        text(px(value), bottom + 16, show(x, value), { "text-anchor": "middle", class: "soft" }),
      );
    }
    for (const value of y.ticks || ticks(...y.range, 6)) {
      parts.push(
        BS.svg("line", { class: "rule", x1: left, x2: right, y1: py(value), y2: py(value) }),
        text(left - 6, py(value) + 4, show(y, value), { "text-anchor": "end", class: "soft" }),
      );
    }
    parts.push(
      text((left + right) / 2, height - 6, x.label, { "text-anchor": "middle" }),
      BS.svg(
        "text",
        { transform: `translate(13 ${(top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle" },
        y.label,
      ),
    );
    return { px, py, parts };
  }

  function whisker(px, py, point) {
    const lines = [];
    if (point.dx)
      lines.push(
        BS.svg("line", {
          class: "whisker",
          x1: px(point.x - point.dx),
          x2: px(point.x + point.dx),
          y1: py(point.y),
          y2: py(point.y),
        }),
      );
    if (point.dy)
      lines.push(
        BS.svg("line", {
          class: "whisker",
          x1: px(point.x),
          x2: px(point.x),
          y1: py(point.y - point.dy),
          y2: py(point.y + point.dy),
        }),
      );
    return lines;
  }

  /** skipped: by the tabulator. */
  function dot(px, py, point, skipped) {
    const mark = BS.svg(
      "circle",
      { class: "dot", cx: px(point.x), cy: py(point.y), r: point.own ? 5 : 4 },
      BS.svg("title", {}, point.text),
    );
    const shown = point.href
      ? BS.svg("a", { href: point.href, "aria-label": point.text, tabindex: skipped ? "-1" : null }, mark)
      : mark;
    return BS.svg("g", { class: point.own ? "own" : null }, whisker(px, py, point), shown);
  }

  /** Points {x, y, dx, dy, text, href, own} in a plane; the keyboard has them in the table below. */
  function plane(caption, points, x, y) {
    const [width, height] = [Math.min(Math.max(document.getElementById("main").clientWidth, 320), 1100), 420];
    x.range =
      x.range ||
      range(
        points.map((point) => point.x),
        x.least,
      );
    y.range = y.range || range(points.flatMap((point) => [point.y - (point.dy || 0), point.y + (point.dy || 0)]));
    const { px, py, parts } = axes(width, height, x, y);
    return figure(
      caption,
      BS.svg(
        "svg",
        { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": caption },
        parts,
        points.map((point) => dot(px, py, point, true)),
      ),
    );
  }

  /**
   * One row each of {label, value, error or reach, text, href, own}, on one axis: a line to 1.96 errors, or as far as
   * it reaches; marks: values with a line through all rows.
   */
  function rows(caption, entries, label, marks) {
    const wide = document.getElementById("main").clientWidth > 620;
    const [width, high, left] = wide ? [900, 22, 300] : [330, 36, 8]; // a narrow page has names above the points
    const height = entries.length * high + 34;
    const reach = (entry) => (entry.reach === undefined ? 1.96 * (entry.error || 0) : entry.reach);
    const ends = entries.flatMap((entry) => [entry.value - reach(entry), entry.value + reach(entry)]);
    const [low, top] = range([...ends, ...(marks || [])]);
    const px = (value) => left + ((value - low) / (top - low)) * (width - left - 14);
    const parts = ticks(low, top, wide ? 8 : 3).map((value) => [
      BS.svg("line", { class: "rule", x1: px(value), x2: px(value), y1: 0, y2: height - 32 }),
      text(px(value), height - 18, String(value), { "text-anchor": "middle", class: "soft" }),
    ]);
    for (const mark of marks || [])
      parts.push(
        BS.svg("line", {
          class: "axis",
          x1: px(mark),
          x2: px(mark),
          y1: 0,
          y2: height - 32,
          "stroke-dasharray": "4 3",
        }),
      );
    const most = wide ? 44 : 46;
    entries.forEach((entry, at) => {
      const y = at * high + (wide ? 13 : 26);
      const name = entry.label.length > most ? entry.label.slice(0, most - 1) + "…" : entry.label;
      parts.push(
        wide ? text(left - 8, y + 4, name, { "text-anchor": "end" }) : text(left, y - 11, name, {}),
        dot(
          (value) => px(value),
          () => y,
          {
            x: entry.value,
            y: 0,
            dx: reach(entry),
            text: entry.text,
            href: entry.href,
            own: entry.own,
          },
        ),
      );
    });
    parts.push(text((left + width) / 2, height - 3, label, { "text-anchor": "middle" }));
    return figure(
      caption,
      BS.svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": caption }, parts),
    );
  }

  BS.figures = { plane, rows, ticks };
})((window.BS = window.BS || {}));
