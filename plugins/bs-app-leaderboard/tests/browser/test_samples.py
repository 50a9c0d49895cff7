"""Sample stimuli as a reader sees them: from disk, without a network."""

import pytest

from bs_app_leaderboard import build

from ..installing import installed

IMAGES = "images => images.map(image => [image.complete && image.naturalWidth, image.width, image.alt])"


@pytest.fixture
def folder(store, database, tmp_path, monkeypatch):
    """Two benchmarks with samples, and one whose licence allows none."""
    with installed(tmp_path, monkeypatch):
        for name in ("A2015.V1-one", "B2016.V1-two", "nd"):
            store("late", name, 0.4)
        build(database, tmp_path / "board")
    return tmp_path / "board"


@pytest.mark.parametrize("width, scheme", [(1280, "light"), (1280, "dark"), (320, "dark")])
def test_pictures_are_read_from_disk_with_words_and_without_barriers(visit, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="nox -s browser installs axe")
    page = visit("#/benchmark/B2016.V1-two", width=width, scheme=scheme)
    page.wait_for_function("[...document.images].every(image => image.complete)")
    images = page.eval_on_selector_all(".samples img", IMAGES)
    assert len(images) == 6 + 3
    for drawn, shown, words in images:
        assert drawn > 0 and 0 < shown <= 128 and words.startswith("Stimulus ")
    assert len({words for _, _, words in images}) == len(images), "each has words of its own"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = axe.Axe().run(page, options={"preload": False}).response["violations"]
    assert [(entry["id"], entry["nodes"][0]["html"][:200]) for entry in found] == []


def test_licence_and_credit_stand_below(visit):
    page = visit("#/benchmark/A2015.V1-one")
    said = page.inner_text(".samples figcaption")
    assert (
        said
        == "6 of the 12 stimuli of shared, made small. Credit: Maker (2001). Licence: CC BY 4.0. Paper: 10.1000/shared."
    )
    links = page.eval_on_selector_all(".samples a", "links => links.map(link => link.href)")
    assert links == ["https://creativecommons.org/licenses/by/4.0/", "https://doi.org/10.1000/shared"]


def test_where_there_are_none_nothing_is_said(visit):
    page = visit("#/benchmark/nd")
    assert page.query_selector("img") is None and "Sample stimuli" not in page.inner_text("main")
