"use strict";
// Rows of the board as markup: the one place where speed asks for text; all that is not ours is escaped.
(function (BS) {
  const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  const escape = (text) => String(text).replace(/[&<>"']/g, (mark) => ESCAPES[mark]);

  /** Value, error as number and as bar, coverage where it is not whole. */
  function valueCell(value, error, note, name) {
    const { back, front } = BS.heat(value);
    const known = !Number.isNaN(error);
    const low = Math.max(0, Math.min(1, value - 1.96 * error)) * 100;
    const high = Math.max(0, Math.min(1, value + 1.96 * error)) * 100;
    const bar = known ? `<i style="left:${low.toFixed(1)}%;width:${Math.max(high - low, 1).toFixed(1)}%"></i>` : "";
    const title = `${escape(name)}: ${BS.plusMinus(value, error)}${note ? ", " + note : ""}`;
    const small = known ? `<small>±${error.toFixed(3).replace("0.", ".")}</small>` : "";
    const coverage = note ? `<small class="part">${note.split(" ")[0]}</small>` : "";
    const text = `<b>${value.toFixed(3)}</b>${small}${coverage}<span class="bar">${bar}</span>`;
    return `<td style="background:${back};color:${front}" title="${title}">${text}</td>`;
  }

  function emptyCell(glyph, text) {
    const told = escape(text);
    const spoken = `<span aria-hidden="true">${glyph}</span><span class="sr">${told}</span>`;
    return `<td class="none" title="${told}">${spoken}</td>`;
  }

  function nodeCell(table, model, column) {
    const [value, error, covered, total] = table.rows[model][column.at];
    const coverage = covered < total ? `${covered}/${total} benchmarks` : "";
    if (Number.isNaN(value)) return emptyCell(`${covered}/${total}`, `no value: ${covered} of ${total} benchmarks`);
    return valueCell(value, error, coverage, column.name);
  }

  function leafCell(table, model, column) {
    const value = BS.data.value(model, column.at);
    const state = BS.data.state(model, column.at);
    if (state !== "o" || Number.isNaN(value)) return emptyCell(...BS.STATES[state === "o" ? "n" : state]);
    if (!BS.selection.counting(model, table.options)(column.at))
      return emptyCell("(" + value.toFixed(3) + ")", "left out by the filter");
    return valueCell(value, BS.data.error(model, column.at), "", column.name);
  }

  BS.rowMarkup = function (table, ranks, model, columns) {
    const line = BS.data.models[model];
    const href = escape(BS.route.href({ page: "model", name: line.id, options: table.options }));
    const picked = BS.selection.picked.has(model) ? " checked" : "";
    const flags = line.flags.map((flag) => `<em>${escape(flag)}</em>`).join(" ");
    const cells = columns.map((column) => (column.kind === "node" ? nodeCell : leafCell)(table, model, column));
    const name = escape(line.id);
    return (
      `<th scope="row" class="name"><div><input type="checkbox" data-pick="${model}" ` +
      `aria-label="Choose ${name}"${picked}>` +
      `<span><a href="${href}" title="${name}">${name}</a>${flags}</span></div></th>` +
      `<td class="rank">${BS.rankText(ranks[model]) || '<span class="sr">not ranked</span>'}</td>${cells.join("")}`
    );
  };
})((window.BS = window.BS || {}));
