"""The pages as a reader sees them: from disk, without a network, by mouse and by keyboard."""

import json
import re
from urllib.parse import quote

import pytest

from ..planted import BENCHMARKS, MODELS

ODD = "other <b>&\"'"
PAGES = {
    "board": "#/board",
    "model": "#/model/" + quote(ODD, safe=""),
    "benchmark": "#/benchmark/A2015.V1-one",
    "compare": "#/compare?models=" + quote("family:small\nfamily:large\nlate", safe=""),
    "plot": "#/plot",
    "time": "#/time",
}


def names(page):
    return page.eval_on_selector_all(".board tbody th.name a", "links => links.map(link => link.textContent)")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width, scheme", [(1280, "light"), (1280, "dark"), (320, "light"), (3840, "dark")])
def test_each_page_fits_and_has_no_barriers(visit, name, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="nox -s browser installs axe")
    page = visit(PAGES[name], width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # without preload: axe would ask for the style sheet by a request, which nothing on disk answers
    found = axe.Axe().run(page, options={"preload": False}).response["violations"]
    assert [(entry["id"], entry["nodes"][0]["html"][:200]) for entry in found] == []


@pytest.mark.parametrize("name", PAGES)
def test_no_text_of_the_database_becomes_markup(visit, name):
    page = visit(PAGES[name])
    assert page.query_selector("main img, main b b, main script") is None
    if name == "model":
        assert page.inner_text("h1") == ODD and "</script><img" in page.inner_text("main")


def test_every_value_is_printed_and_every_gap_has_a_word(visit):
    page = visit("#/board?open=" + quote("average_vision\nneural_vision\nV4\nIT\nbehavior_vision", safe=""))
    assert sorted(names(page)) == sorted(MODELS)
    cells = page.eval_on_selector_all(".board tbody td:not(.rank)", "cells => cells.map(cell => cell.textContent)")
    assert all(re.match(r"-?\d\.\d{3}|\d/\d|.+[a-z]", text) for text in cells), cells
    told = " ".join(cells)
    for word in ("failed", "unsupported by the model", "unavailable", "not attempted"):
        assert word in told


def test_sort_search_filter_and_back_by_link(visit, folder):
    page = visit()
    by_score = names(page)
    page.click("[data-sort='V4']")
    assert page.get_attribute("th:has([data-sort='V4'])", "aria-sort") == "descending"
    page.click("[data-sort='V4']")
    assert page.get_attribute("th:has([data-sort='V4'])", "aria-sort") == "ascending"
    assert names(page)[-1] == "late", "what has no value is last, whichever way"
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("family")
    assert sorted(names(page)) == ["family:large", "family:small"]
    page.select_option("label:has-text('Species') select", "macaque")
    assert "4 of 7 benchmarks" in page.inner_text(".summary")
    link = page.url
    again = visit(link[link.index("#") :])
    assert names(again) == names(page) and again.input_value("#search") == "family"
    page.click("text=Reset")
    page.wait_for_function("document.querySelectorAll('.board tbody th.name').length === 6")
    assert names(page) == by_score


def test_columns_open_and_close_by_keyboard(visit):
    page = visit()
    page.focus("[data-toggle='V1']")
    page.keyboard.press("Enter")
    assert page.query_selector("[data-sort='A2015.V1-one']") is not None
    assert page.evaluate("document.activeElement.dataset.toggle") == "V1", "the focus stays where it was"
    assert page.get_attribute("[data-toggle='V1']", "aria-expanded") == "true"
    page.keyboard.press("Enter")
    assert page.query_selector("[data-sort='A2015.V1-one']") is None
    assert "open=" in page.url


def test_chosen_models_are_compared(visit):
    page = visit()
    for name in ("family:small", "family:large"):
        page.check(f"[aria-label='Choose {name}']")
    page.click("text=Compare 2 chosen")
    rows = page.locator("table.plain").first.evaluate(
        "table => [...table.rows].map(row => [...row.cells].map(cell => cell.textContent))"
    )
    paired = {row[0]: row[6] for row in rows if row[0] in BENCHMARKS}
    assert paired["A2015.V1-one"] == "yes" and paired["E2019.IT-two"] == "no"


def test_downloads_hold_what_is_shown(visit):
    page = visit("#/board?region=IT&q=family")
    texts = {}
    for kind in ("CSV", "JSON", "BibTeX"):
        with page.expect_download() as waiting:
            page.click(f".downloads >> text={kind}")
        texts[kind] = waiting.value.path().read_text(encoding="utf-8")
    header, *lines = texts["CSV"].strip().splitlines()
    assert "D2018.IT-one" in header and "V4" not in header and len(lines) == 2
    found = json.loads(texts["JSON"])
    assert {line["id"] for line in found["models"]} == {"family:small", "family:large"}
    assert set(found["models"][0]["scores"]) == {"D2018.IT-one", "E2019.IT-two"}
    assert texts["BibTeX"].count("@article{family}") == 1 and "@article{D2018.IT-one}" in texts["BibTeX"]


def test_light_and_dark(visit):
    page = visit(scheme="dark")
    back = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(back) == "rgb(14, 17, 22)"
    page.click("#theme")
    assert page.evaluate(back) == "rgb(255, 255, 255)"


def test_unknown_names_and_pages_are_told(visit):
    page = visit("#/model/nobody")
    assert page.inner_text("h1") == "No model nobody"
    assert visit("#/nowhere").inner_text("h1") == "No such page"
