"use strict";
// What pages of single things share.
(function (BS) {
  function card(value, text) {
    return BS.el("div", { class: "card" }, BS.el("b", {}, value || "–"), BS.el("span", {}, text));
  }

  function plain(value) {
    if (Array.isArray(value)) return value.map(plain).join(", ");
    if (value && typeof value === "object")
      return Object.entries(value)
        .map(([name, entry]) => `${name}: ${plain(entry)}`)
        .join("; ");
    return typeof value === "number" && Number.isInteger(value) ? value.toLocaleString("en") : String(value);
  }

  function doi(text) {
    return BS.el("a", { href: "https://doi.org/" + encodeURI(text), rel: "noreferrer" }, text);
  }

  /** Terms and what is known of them; what is empty is left out. */
  function terms(entries) {
    const known = entries.filter(
      ([, value]) => value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && !value.length),
    );
    return BS.el(
      "dl",
      {},
      known.flatMap(([name, value]) => [
        BS.el("dt", {}, name),
        BS.el("dd", {}, value instanceof Node ? value : plain(value)),
      ]),
    );
  }

  /** BibTeX with a button that saves it. */
  function citation(text, name) {
    if (!text) return BS.el("p", {}, "Nothing is said of how to cite it.");
    return [
      BS.el("pre", {}, text),
      BS.el(
        "button",
        { type: "button", onclick: () => BS.save(name + ".bib", "text/x-bibtex", text + "\n") },
        "Save BibTeX",
      ),
    ];
  }

  /** Authors of the first entry of a BibTeX text, and its year: whom a benchmark is credited to. */
  function credit(text) {
    const field = (name) => (text || "").match(new RegExp(name + '\\s*=\\s*[{"]([\\s\\S]*?)[}"]\\s*[,\\n}]', "i"));
    const [authors, year] = [field("author"), (text || "").match(/year\s*=\s*[{"]?(\d{4})/i)];
    if (!authors) return "";
    const names = authors[1]
      .replace(/[{}]/g, "")
      .replace(/\s+/g, " ")
      .split(" and ")
      .map((name) => name.split(",")[0].trim());
    const said = names.length > 4 ? `${names[0]}, ${names[1]} ... ${names[names.length - 1]}` : names.join(", ");
    return said + (year ? ` (${year[1]})` : "");
  }

  /** A page whose file is loaded first. */
  function loading(kind, draw) {
    return function (main, route) {
      const known = kind === "model" ? BS.data.modelNumber : BS.data.benchmarkNumber;
      if (!known.has(route.name)) {
        main.replaceChildren(
          BS.el("h1", {}, `No ${kind} ${route.name}`),
          BS.el("p", {}, BS.link({ page: "board" }, "The board")),
        );
        return;
      }
      main.replaceChildren(BS.el("h1", {}, route.name), BS.el("p", { role: "status" }, "Reading ..."));
      BS.detail(kind, route.name).then(
        (content) => {
          if (BS.route.now().name === route.name)
            main.replaceChildren(...draw(content, route).flat(Infinity).filter(Boolean));
        },
        (error) => main.append(BS.el("p", { class: "wrong", role: "alert" }, error.message)),
      );
    };
  }

  BS.parts = { card, terms, doi, citation, credit, loading };
})((window.BS = window.BS || {}));
