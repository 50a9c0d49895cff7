"""What a page says of how a score was computed and from what: named fields, and nothing else of a record."""

import json

import pytest

from brainscore_core.scores import Score
from bs_app_campaign.recording import Attempt, benchmark_row, model_row, record_all
from bs_app_leaderboard import build
from bs_app_leaderboard.provenance import split

from .planted import benchmark, model, read

ONE, OTHER = "A2015.V1-one", "C2017.V4-one"
SECRET = "SECRET-77aa"


def made(name, **more):
    """Provenance as core writes it, with what must stay."""
    return {
        "model": {"identifier": "late", "distribution": "bs-x", "version": "1.0.0", "digest": SECRET, "flags": [SECRET]}
        | {"weights": [["net.pt", "ab" * 32]], "non_neural_parts": [SECRET]},
        "benchmark": {"identifier": name, "distribution": f"bs-benchmark-{name[0].lower()}", "version": "1.2.0"},
        "metric": {"identifier": "pls", "distribution": "bs-metric-pls", "version": "1.0.1", "x": SECRET},
        "data": {"identifier": "d", "distribution": None, "version": None, "sources": [SECRET]},
        "settings": {"seed": 7, "device": SECRET, "batch_size": None},
        "device": "cpu",
        "python": "3.11.7",
        "platform": "Linux-x86_64",
        "libraries": {"numpy": "2.4.0", "torch": "2.13.0", "odd": None},
        "started": SECRET,
        "seconds": 3.0,
        "peak_memory_mb": 99.0,
        "host": SECRET,
        "command": ["python", SECRET],
    } | more


@pytest.fixture
def recorded(database):
    def add(*attempts):
        with database.write() as session:
            rows = [
                Attempt(
                    f"run-{number}", model_row(session, model("late")), benchmark_row(session, benchmark(name)),
                    {"status": status, "reason": "" if status == "ok" else "ValueError: no", "provenance": provenance}
                    | more, Score(0.5, 0.1) if status == "ok" else None,
                )
                for number, (name, status, provenance, more) in enumerate(attempts)
            ]  # fmt: skip
            record_all(session, rows)

    return add


def test_what_all_scores_share_stands_once_and_the_rest_with_each(recorded, database, tmp_path):
    other = made(OTHER, device="cuda:0", libraries={"numpy": "2.4.0"})
    recorded(
        (ONE, "ok", made(ONE), {"seconds": 12.3456, "peak_memory_mb": 512.5}),
        (OTHER, "ok", other, {}),
        ("D2018.IT-one", "failed", made("D2018.IT-one"), {"seconds": 1.0}),
        ("E2019.IT-two", "ok", {}, {}),
    )
    build(database, tmp_path / "board")
    page = read(tmp_path / "board" / "models" / "0.js")
    shared = {"python": "3.11.7", "platform": "Linux-x86_64", "seed": 7, "weights": [["net.pt", "ab" * 32]]}
    assert page["provenance"] == shared | {"model": "bs-x 1.0.0", "metric": "bs-metric-pls 1.0.1"}
    assert page["scores"][ONE]["provenance"] == {
        "device": "cpu",
        "benchmark": "bs-benchmark-a 1.2.0",
        "libraries": {"numpy": "2.4.0", "torch": "2.13.0"},
        "seconds": 12.346,
        "peak_memory_mb": 512.5,
    }
    own = page["scores"][OTHER]["provenance"]
    assert (own["device"], own["seconds"], own["peak_memory_mb"]) == ("cuda:0", 3.0, 99.0)
    assert "provenance" not in page["scores"]["D2018.IT-one"] and "provenance" not in page["scores"]["E2019.IT-two"]
    assert SECRET not in json.dumps(page)


def test_records_of_any_shape_stop_no_board(recorded, database, tmp_path):
    odd = {"model": "text", "libraries": ["numpy"], "settings": None, "device": 3, "python": "/home/jane/bin/python"}
    recorded(
        (ONE, "ok", odd, {"seconds": float("inf")}),
        (OTHER, "ok", {"model": {"weights": [["a"], "b", ["c", 1], ["/srv/jane/w.pt", "f0"]]}}, {}),
    )
    build(database, tmp_path / "board")
    page = read(tmp_path / "board" / "models" / "0.js")
    assert page["scores"][ONE]["provenance"] == {"python": "[path]"}
    assert page["scores"][OTHER]["provenance"] == {"weights": [["c", ""], ["[path]", "f0"]]}


def test_what_is_the_same_of_all():
    assert split({}) == ({}, {})
    assert split({"a": {"x": 1, "y": 2}, "b": {"x": 1}}) == ({"x": 1}, {"a": {"y": 2}, "b": {}})


def test_reasons_and_descriptions_lose_the_words_of_a_machine(store, database, tmp_path):
    reason = "FileNotFoundError: '/home/jane/secret.nc' of https://mirror.lab.edu/x, asked by jane"
    store("late", ONE, status="failed", reason=reason)
    store(
        model("late", info={"bibtex": "@article{x, file = {/home/jane/z.pdf}}", "layers": {"IT": ["/net/conv1"]}}),
        benchmark(OTHER, info={"bibtex": "@misc{y, url = {file:///home/jane/y}}", "data": "/home/jane/x.nc"}),
        0.4,
    )
    build(database, tmp_path / "board")
    files = "\n".join(path.read_text("utf-8") for path in (tmp_path / "board").rglob("*.js"))
    assert "jane" not in files and "mirror.lab" not in files
    page = read(tmp_path / "board" / "models" / "0.js")
    assert page["scores"][ONE]["reason"] == "FileNotFoundError: '[path]' of [address], asked by [user]"
    assert page["layers"] == {"IT": ["/net/conv1"]}, "names of layers are no paths"


def test_a_benchmark_says_what_it_is_made_of(store, database, tmp_path):
    sources = [
        {"name": "Lab2015", "kind": "data", "licence": "CC0", "doi": "10.1/x", "files": 2, "bytes": 9, "path": SECRET}
        | {"addresses": ["https://data.org/a.nc", "file:///srv/a.nc", "https://nas/a.nc", 3]},
        {"name": "Lab2015", "kind": "stimuli", "licence": "", "doi": "", "files": 0, "addresses": []},
        SECRET,
    ]
    store("late", benchmark(ONE, info={"sources": sources}), 0.4)
    build(database, tmp_path / "board")
    page = read(tmp_path / "board" / "benchmarks" / "0.js")
    assert page["sources"] == [
        {"name": "Lab2015", "kind": "data", "licence": "CC0", "doi": "10.1/x", "files": 2, "bytes": 9}
        | {"addresses": ["https://data.org/a.nc"]},
        {"name": "Lab2015", "kind": "stimuli", "files": 0},
    ]
    assert SECRET not in json.dumps(page)


def test_an_unknown_error_of_a_ceiling_is_unknown(store, database, tmp_path):
    for name, ceiling in (("late", Score(0.8)), ("family:small", Score(0.8, 0.1)), ("family:large", Score(0.7, 0.0))):
        with database.write() as session:
            rows = model_row(session, model(name)), benchmark_row(session, benchmark(ONE))
            record_all(session, [Attempt(name, *rows, {"status": "ok"}, Score(0.4, 0.1, ceiling))])
    build(database, tmp_path / "board")
    assert read(tmp_path / "board" / "benchmarks" / "0.js")["ceilings"] == [[0.7, 0.0], [0.8, 0.1], [0.8, None]]


def test_a_plugin_that_says_odd_things_stops_no_board(store, database, tmp_path, monkeypatch):
    """As a database holds it that was filled before such words were cleaned on their way in."""
    odd = {"description": "a\ud800b", "parameters": float("nan"), "layers": {"IT": [float("inf")]}}
    strange = {"species": "a\ud800", "experiment": {"region": "\ud803"}, "ceiling": float("nan")}
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("bs_app_campaign.recording.plain_json", lambda value: value)
        late = model("late", info=odd | {"bibtex": "@x{\udcff}"}, flags=["\ud801"])
        store(late, ONE, 0.4, flags=("\ud802",))
        store(late, benchmark(OTHER, info=strange), 0.5)
    build(database, tmp_path / "board")
    page = read(tmp_path / "board" / "models" / "0.js")
    assert page["description"] == "a\\ud800b" and "parameters" not in page and page["flags"] == ["\\ud801"]
    assert page["layers"] == {"IT": [None]} and page["scores"][ONE]["flags"] == ["\\ud802"]
    data = read(tmp_path / "board" / "data.js")
    assert data["models"][0]["parameters"] is None and {line["species"] for line in data["benchmarks"]} >= {"a\\ud800"}
