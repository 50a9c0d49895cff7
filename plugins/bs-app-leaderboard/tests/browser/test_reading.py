"""What a reader relies on: addresses, keys, names, files and words that say what is shown."""

import csv
import io
import json
from urllib.parse import quote

import numpy as np
import pytest

from brainscore_core.scores import Score
from bs_app_campaign.recording import Attempt, benchmark_row, model_row, record_all
from bs_app_leaderboard import build

from ..planted import MODELS, benchmark, model

COMPARED = "#/compare?models=" + quote("family:small\nfamily:large\nlate", safe="")
ALL_OPEN = quote("average_vision\nneural_vision\nV1\nV4\nIT\nbehavior_vision\nengineering_vision", safe="")


def names(page):
    return page.eval_on_selector_all(".board tbody th.name a", "links => links.map(link => link.textContent)")


def heads(page):
    return page.eval_on_selector_all(".board thead [data-sort]", "all => all.map(one => one.dataset.sort)")


def saved(page, button):
    with page.expect_download() as waiting:
        page.click(button)
    return waiting.value.path().read_text(encoding="utf-8")


def test_names_sort_from_a_to_z_and_back(visit):
    page = visit()
    page.click("[data-sort='model']")
    assert page.get_attribute("th:has([data-sort='model'])", "aria-sort") == "ascending"
    assert names(page) == sorted(MODELS)
    page.click("[data-sort='model']")
    assert page.get_attribute("th:has([data-sort='model'])", "aria-sort") == "descending"
    assert names(page) == sorted(MODELS, reverse=True)


@pytest.mark.parametrize("where", ["#/plot", "#/time", COMPARED])
def test_an_arrow_key_in_a_field_keeps_the_focus_there(visit, where):
    page = visit(where)
    page.wait_for_selector("main select")
    before = page.evaluate("history.length")
    page.focus("main select")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("document.activeElement.tagName === 'SELECT'")
    chosen = page.eval_on_selector("main select", "field => field.value")
    assert quote(chosen, safe="") in page.url.replace("+", "%20") and page.evaluate("history.length") == before
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"


def test_points_of_a_plane_are_passed_over_by_the_tabulator(visit):
    page = visit("#/plot")
    assert page.locator("svg a").count() >= 5
    assert page.locator("svg a:not([tabindex='-1'])").count() == 0
    assert page.locator("details table a").count() == page.locator("svg a").count()


@pytest.mark.parametrize("where", ["#/model/100%", "#/constructor", "#/__proto__", "#/toString/x"])
def test_addresses_that_nobody_wrote_are_told(visit, where):
    assert visit(where).inner_text("h1") in ("No model 100%", "No such page")


def test_a_link_shows_the_chosen_models_and_the_same_columns_on_any_screen(visit):
    page = visit("#/board?species=macaque")
    for name in ("late", "family:large"):
        page.check(f"[aria-label='Choose {name}']")
    link = page.url[page.url.index("#") :]
    again = visit(link, width=320)
    assert sorted(again.evaluate("[...BS.selection.picked].map(at => BS.data.models[at].id)")) == [
        "family:large",
        "late",
    ]
    assert again.is_checked("[aria-label='Choose late']") and heads(again) == heads(page)
    page.click("text=Choose none")
    assert "pick=" not in page.url


def test_other_pages_keep_the_filters_and_lead_back_to_them(visit):
    page = visit("#/board?region=IT&policy=zero&q=family")
    page.click(".board tbody th.name a >> nth=0")
    page.wait_for_selector("h2")
    told = "Averages: hierarchical, missing counts as 0; only region IT"
    assert told in page.inner_text("main")
    page.click("nav >> text=Plot")
    assert told in page.inner_text("main")
    page.click("nav >> text=Board")
    assert names(page) and all("family" in name for name in names(page))
    assert "2 of 7 benchmarks" in page.inner_text(".summary")


def test_the_averages_of_pages_are_those_of_the_board(visit):
    options = "?region=IT&policy=zero&rule=flat"
    board = visit("#/board" + options)
    row = board.locator("tr:has([aria-label='Choose late'])")
    value = row.locator("td:not(.rank) b").first.inner_text()
    page = visit("#/model/late" + options)
    assert page.locator(".card b").first.inner_text().startswith(value)
    compared = visit(COMPARED + options.replace("?", "&"))
    assert "Averages: flat, missing counts as 0; only region IT" in compared.inner_text("main")
    table = compared.locator("table.plain").last.inner_text()
    assert value in table and "V4" not in table


def test_names_are_whole_on_a_narrow_screen(visit, filled, folder):
    with filled.write() as session:
        task = benchmark_row(session, benchmark("A2015.V1-one"))
        for at in range(12):
            of = model(f"torchvision:efficientnet-v2-large_imagenet1k_{at:02}", flags=["baseline"])
            score = Score(0.3, 0.01)
            record_all(
                session, [Attempt(f"long-{at}", model_row(session, of), task, {"status": "ok", "reason": ""}, score)]
            )
    build(filled, folder)
    page = visit(width=320)
    cut = """links => links.filter(
      link => link.scrollHeight > link.clientHeight + 1 || link.scrollWidth > link.clientWidth + 1
    ).map(link => link.textContent)"""
    assert len(names(page)) > 12 and page.eval_on_selector_all(".board tbody th.name a", cut) == []
    below = "rows => rows.filter(row => row.querySelector('span').scrollHeight > row.clientHeight + 1).length"
    assert page.eval_on_selector_all(".board tbody th.name", below) == 0


def test_heads_break_between_words(visit):
    page = visit(f"#/board?open={ALL_OPEN}")
    broken = """heads => heads.map((head) => {
      const range = document.createRange(), found = [];
      const walk = document.createTreeWalker(head, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        range.selectNodeContents(node);
        const tops = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
        if (tops.size > 1 && !/\\s/.test(node.data.trim())) found.push(node.data);
      }
      return found;
    }).flat()"""
    assert page.eval_on_selector_all(".board thead .sort", broken) == []


def test_only_rows_near_the_window_are_in_the_page(visit, database, folder):
    rng = np.random.default_rng(0)
    with database.write() as session:
        task = benchmark_row(session, benchmark("A2015.V1-one"))
        attempts = [
            Attempt(
                f"m-{at}", model_row(session, model(f"m{at:03}")), task, {"status": "ok", "reason": ""}, Score(value)
            )
            for at, value in enumerate(rng.uniform(0, 1, 300).tolist())
        ]
        record_all(session, attempts)
    build(database, folder)
    page = visit()
    shown = page.evaluate("BS.selection.models(BS.selection.view({}), {}).map(at => BS.data.models[at].id)")
    assert len(shown) == 306
    for top in (0, 3000, 10**6):
        page.evaluate(
            """top => {
              const grid = document.querySelector('.grid');
              grid.scrollTop = top;
              grid.dispatchEvent(new Event('scroll'));
            }""",
            top,
        )
        rows = page.eval_on_selector_all(
            ".board tbody tr[aria-rowindex]",
            "rows => rows.map(row => [Number(row.getAttribute('aria-rowindex')), row.querySelector('a').textContent])",
        )
        assert 10 < len(rows) < 60
        assert [name for _, name in rows] == shown[rows[0][0] - 2 : rows[-1][0] - 1]
        visible = page.evaluate("""() => {
          const box = document.querySelector('.grid').getBoundingClientRect();
          const at = document.elementFromPoint(box.left + 60, Math.min(box.bottom, innerHeight) - 30);
          return Boolean(at.closest('tr[aria-rowindex]'));
        }""")
        assert visible, "no hole where rows should be"
    assert rows[-1][0] == 307 and page.get_attribute(".board", "aria-rowcount") == "307"


def test_a_search_opens_the_branch_of_a_benchmark_and_goes_there(visit):
    page = visit(width=700)
    assert "B2016.V1-two" not in heads(page)
    page.fill("#benchmark-search", "v1 two")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.sort") == "B2016.V1-two"
    head, grid = (page.locator(where).bounding_box() for where in ("th:has([data-sort='B2016.V1-two'])", ".grid"))
    assert grid["x"] <= head["x"] and head["x"] + head["width"] <= grid["x"] + grid["width"] + 1
    assert "V1-orientation" in page.url and "column" in page.text_content("#told")
    page.fill("#benchmark-search", "G2021.top1")
    assert "G2021.top1" in heads(page), "a whole name needs no key"
    page.fill("#benchmark-search", "nothing of that")
    page.keyboard.press("Enter")
    assert "No benchmark is named" in page.text_content("#told")
    other = visit("#/board?region=IT")
    other.fill("#benchmark-search", "A2015.V1-one")
    assert "left out by the filters" in other.text_content("#told")


def test_differences_are_saved_as_numbers(visit):
    page = visit(COMPARED)
    page.wait_for_selector("text=Save differences")
    rows = list(csv.DictReader(io.StringIO(saved(page, "text=Save differences"))))
    assert len(rows) > 10 and {row["less"] for row in rows} == {"family:small"}
    for row in rows:
        if row["error"]:
            low, high, difference = float(row["low"]), float(row["high"]), float(row["difference"])
            assert low < difference < high and (low + high) / 2 == pytest.approx(difference, abs=1e-5)
        if row["p_holm"]:
            assert 0 <= float(row["p_holm"]) <= 1
            assert row["real"].startswith("yes") == (float(row["p_holm"]) < 0.05)
    assert any(float(row["difference"]) > 0 for row in rows) and any(row["real"] == "not paired" for row in rows)


def test_a_comparison_says_on_what_averages_rest_and_cites_benchmarks(visit):
    page = visit(COMPARED)
    page.wait_for_selector("text=Save differences")
    rows = page.locator("table.plain").first.evaluate(
        "table => [...table.rows].map(row => [...row.cells].map(cell => cell.textContent))"
    )
    assert rows[0][4:] == ["p (Holm)", "real", "paired", "benchmarks"]
    (late,) = [row for row in rows if row[:2] == ["V4", "late"]] or [None]
    assert late is None, "no average, no difference"
    average = next(row for row in rows if row[:2] == ["average vision", "late"])
    assert average[7] == "4/6, 6/6" and average[5] in ("not shown", "yes, over different benchmarks")
    assert not any("e-" in row[4] or "e+" in row[4] for row in rows[1:])
    text = saved(page, ".tools >> text=BibTeX")
    assert "@article{family}" in text and "@article{A2015.V1-one}" in text and "@article{F2020.what}" in text


def test_files_hold_what_counts_and_the_words_of_statuses(visit):
    page = visit("#/board?q=family&sort=V4&dir=up&open=V1&nonsense=1&when=retrospective")
    found = json.loads(saved(page, ".downloads >> text=JSON"))
    assert found["filters"] == {"q": "family", "when": "retrospective"}
    small = next(line for line in found["models"] if line["id"] == "family:small")
    assert small["scores"]["G2021.top1"] == {"value": None, "error": None, "status": "null"}
    assert small["scores"]["A2015.V1-one"]["status"] == "left out by the filter"
    assert small["scores"]["A2015.V1-one"]["value"] is None
    rows = list(csv.DictReader(io.StringIO(saved(page, ".downloads >> text=CSV"))))
    (row,) = [row for row in rows if row["model"] == "family:small"]
    assert row["G2021.top1"] == "" and row["G2021.top1 status"] == "null"
    assert row["A2015.V1-one"] == "" and row["A2015.V1-one status"] == "left out by the filter"
    other = json.loads(saved(visit("#/board?region=IT"), ".downloads >> text=JSON"))
    assert other["filters"] == {"region": "IT"} and other["ranks_are_paired"] is True
    late = next(line for line in other["models"] if line["id"] == "undated")
    assert late["scores"]["D2018.IT-one"]["status"] == "unsupported"
    assert late["scores"]["E2019.IT-two"]["status"] == "not attempted"


def test_a_filter_alone_has_paired_ranks_and_two_have_wider_ones(visit):
    page = visit("#/board?region=IT")
    page.wait_for_selector("text=rank intervals from paired differences")
    other = visit("#/board?region=IT&species=macaque")
    assert "rank intervals are wider: independent errors" in other.inner_text(".summary")


def test_the_foot_says_what_is_here(visit):
    text = visit().inner_text("footer")
    assert "Only public benchmarks and scores that may be shown are in this folder." in text
    assert "Pages print three decimals, downloads hold four." in text


def test_a_model_that_was_held_in_memory_is_not_said_to_be_loadable(visit, store, filled, folder):
    store(model("in-memory", distribution="", version=""), "A2015.V1-one", 0.4)
    build(filled, folder)
    text = visit("#/model/in-memory").inner_text("main")
    assert "held in memory" in text and "load_model" not in text and "pip install" not in text
    assert "load_model('late')" in visit("#/model/late").inner_text("main")


def test_the_history_of_a_model_is_told_benchmark_by_benchmark(visit, store, filled, folder):
    for value in (0.21, 0.22):
        store("late", "E2019.IT-two", value)
    build(filled, folder)
    page = visit("#/model/late")
    field = "label:has-text('Benchmark (attempts)') select"
    assert page.input_value(field) == "E2019.IT-two", "the one with most attempts comes first"
    assert page.locator("figure:has-text('as they were stored') circle").count() == 3
    page.select_option(field, "C2017.V4-one")
    assert "failed" in page.locator("table:has-text('Attempts at C2017.V4-one')").inner_text()
    assert page.evaluate("document.querySelectorAll('figure').length") == 1, "no score, no figure"


def test_how_scores_were_computed_is_told(visit, filled, folder):
    page = visit("#/model/late")
    page.evaluate("""() => {
      const common = { device: "cpu", libraries: { numpy: "2.4.0" }, weights: [["w.pt", "abc"]] };
      const own = { "A2015.V1-one": { status: "ok", value: 0.5, provenance: { seconds: 12.5 } } };
      BRAINSCORE_DETAIL("model", "undated", { identifier: "undated", distribution: "bs-x", version: "1", scores: own,
        history: [], provenance: common });
    }""")
    page.evaluate("location.hash = '#/model/undated'")
    page.wait_for_selector("text=How the scores were computed")
    text = page.text_content("main")
    assert "numpy: 2.4.0" in text and "w.pt, abc" in text and "12.5" in text


def test_an_unknown_error_of_a_ceiling_is_not_zero(visit, database, filled, folder):
    with database.write() as session:
        rows = model_row(session, model("late")), benchmark_row(session, benchmark("H2022.V4"))
        score = Score(0.5, 0.02, Score(0.8), Score(0.4, 0.02))
        record_all(session, [Attempt("unknown", *rows, {"status": "ok", "reason": ""}, score)])
    build(database, folder)
    page = visit("#/benchmark/H2022.V4")
    assert page.locator(".card:has-text('ceiling') b").inner_text() == "0.800"
    assert "0.800" in visit("#/model/late").inner_text("main")
