"use strict";
// Where the reader is, in the address: #/board?region=V4&sort=IT. A link to it shows the same.
(function (BS) {
  /** What an address may hold that no page wrote, as a lone percent sign, is taken as it stands. */
  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  function parse(hash) {
    const [path, query] = hash.replace(/^#\/?/, "").split("?");
    const [page, ...name] = path.split("/");
    const options = {};
    for (const [key, value] of new URLSearchParams(query || "")) options[key] = value;
    return { page: page || "board", name: decoded(name.join("/")), options };
  }

  function href(route) {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(route.options || {})) if (value) query.set(key, value);
    const name = route.name ? "/" + encodeURIComponent(route.name) : "";
    return `#/${route.page}${name}${String(query) ? "?" + query : ""}`;
  }

  /** Change options of the present page without a new entry in the history of the browser. */
  function change(options) {
    const now = parse(location.hash);
    const next = href({ ...now, options: { ...now.options, ...options } });
    history.replaceState(null, "", next);
    BS.route.changed();
    return parse(next);
  }

  BS.route = { parse, href, change, now: () => parse(location.hash), changed: () => {} };
})((window.BS = window.BS || {}));
