"""What was private or withheld at any time stays unseen, in whatever order things happened."""

import pytest
from sqlalchemy import select

from bs_app_campaign.recording import benchmark_row
from bs_app_campaign.schema import Benchmark, Score
from bs_app_leaderboard import build

from .planted import benchmark, model, read

NAME = "A2015.V1-one"
AGAIN = {
    "another version of the benchmark": ("family:large", benchmark(NAME, version=2)),
    "another version of the model": (model("family:large", version="2", digest="e"), NAME),
    "both": (model("family:large", version="2", digest="e"), benchmark(NAME, version=2)),
}


def told(folder):
    """All that the folder says, as text."""
    return "\n".join(path.read_text("utf-8") for path in sorted(folder.rglob("*.js")) if path.parent.parent == folder)


def page(folder, name):
    lines = [line["id"] for line in read(folder / "data.js")["models"]]
    return read(folder / "models" / f"{lines.index(name)}.js")


@pytest.mark.parametrize("again", AGAIN.values(), ids=AGAIN)
@pytest.mark.parametrize("after", ["ok", "failed", "withheld"])
@pytest.mark.parametrize("first", ["ok", "withheld"])
def test_what_was_withheld_once_is_in_no_history(store, database, tmp_path, again, after, first):
    values = {"ok": 0.654321, "withheld": 0.543217}
    for status in (first, "withheld" if first == "ok" else "ok", "withheld"):
        store("family:large", NAME, values[status], status=status)
    store(*again, 0.765432 if after == "ok" else None, status=after)
    store(again[0], "C2017.V4-one", 0.5)
    build(database, tmp_path / "board")
    assert not any(digits in told(tmp_path / "board") for digits in ("0.654321", "0.543217", "withheld it is"))
    found = page(tmp_path / "board", "family:large")
    assert [line[1] for line in found["history"]] == ["C2017.V4-one"]
    assert found["scores"].get(NAME, {}).get("value") == (0.765432 if after == "ok" else None), "that of now is shown"


def test_a_past_day_does_not_show_what_was_withheld_later(store, database, tmp_path):
    store("family:large", NAME, 0.654321)
    store("family:small", NAME, 0.4)
    with database.read() as session:
        then = session.scalar(select(Score.recorded).order_by(Score.id.desc()))
    store("family:large", NAME, 0.654321, status="withheld")
    build(database, tmp_path / "board", at=then)
    assert [line["id"] for line in read(tmp_path / "board" / "data.js")["models"]] == ["family:small"]
    assert "0.654321" not in told(tmp_path / "board")


def test_a_benchmark_that_became_private_is_gone(store, database, tmp_path):
    """Without another version: its digest says nothing of access."""
    store("family:large", NAME, 0.654321)
    store("family:large", "C2017.V4-one", 0.5)
    with database.write() as session:
        benchmark_row(session, benchmark(NAME, access="private"))
    build(database, tmp_path / "board")
    assert NAME not in told(tmp_path / "board") and "0.654321" not in told(tmp_path / "board")
    store("family:large", NAME, 0.6)
    with database.read() as session:
        assert session.scalars(select(Benchmark.access).where(Benchmark.identifier == NAME)).all() == ["private"]


def test_attempts_that_could_not_load_a_private_benchmark_stay_unseen_when_it_is_published(store, database, tmp_path):
    lost = {"identifier": NAME, "version": 0}
    store("family:large", "C2017.V4-one", 0.5)
    store("family:large", lost, status="failed", reason="SECRET-reason")
    store("family:small", benchmark(NAME, access="private"), 0.123456)
    store("family:small", benchmark(NAME, version=2), 0.4)
    build(database, tmp_path / "board")
    assert "SECRET" not in told(tmp_path / "board") and "0.123456" not in told(tmp_path / "board")
    assert page(tmp_path / "board", "family:large")["scores"].keys() == {"C2017.V4-one"}
    assert [line[2:4] for line in page(tmp_path / "board", "family:small")["history"]] == [[2, 0.4]]


def test_attempts_that_could_not_load_a_public_benchmark_are_told(store, database, tmp_path):
    store("family:small", NAME, 0.4)
    store("family:large", {"identifier": NAME, "version": 0}, status="failed", reason="ImportError: no lab_tools")
    build(database, tmp_path / "board")
    assert page(tmp_path / "board", "family:large")["scores"][NAME]["reason"] == "ImportError: no lab_tools"


def test_a_model_of_which_nothing_is_shown_has_no_row(store, database, tmp_path):
    store("family:small", NAME, 0.4)
    store("family:large", {"identifier": "unheard-of", "version": 0}, status="failed")
    build(database, tmp_path / "board")
    assert [line["id"] for line in read(tmp_path / "board" / "data.js")["models"]] == ["family:small"]
