"""What reaches the folder, and what never does."""

import pytest
from sqlalchemy import event

from bs_app_leaderboard import build
from bs_app_leaderboard.packing import ALPHABET, pack

from .planted import BENCHMARKS, MODELS, benchmark, model, read

SECRET = "SECRET-5f1c"


def unpack(planes):
    digits = {letter: place for place, letter in enumerate(ALPHABET)}
    codes = [(digits[a] * 90 + digits[b]) * 90 + digits[c] for a, b, c in zip(*planes, strict=True)]
    return [None if code == 0 else (code - 100_000) / 10_000 for code in codes]


def everything(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_numbers_come_back_to_four_decimals():
    values = [None, 0.0, 1.0, 0.12345, -0.5, 62.8999, -9.9999, 1e9, -1e9]
    assert unpack(pack(values)) == [None, 0.0, 1.0, 0.1234, -0.5, 62.8999, -9.9999, 62.8999, -9.9999]
    assert len(set(ALPHABET)) == 90 and not set(ALPHABET) & set('<\\"')


def test_the_matrix_is_that_of_the_database(filled, tmp_path):
    assert build(filled, tmp_path / "board")["models"] == len(MODELS)
    data = read(tmp_path / "board" / "data.js")
    names, width = [line["id"] for line in data["benchmarks"]], len(BENCHMARKS)
    assert sorted(names) == sorted(BENCHMARKS) and len(data["states"]) == width * len(MODELS)
    values = unpack(data["values"])
    from bs_app_campaign.board import board

    with filled.read() as session:
        found = board(session)
    assert [line["id"] for line in data["models"]] == [row.model for row in found.rows]
    assert [line["rank"] for line in data["models"]] == [row.rank and list(row.rank) for row in found.rows]
    for at, row in enumerate(found.rows):
        for place, name in enumerate(names):
            entry, value = row.results.get(name), values[at * width + place]
            expected = None if entry is None or entry.value is None else pytest.approx(entry.value, abs=5.1e-5)
            assert value == expected
            letter = {"ok": "o", "null": "n", "failed": "f", "unsupported": "u", "unavailable": "a"}
            assert data["states"][at * width + place] == ("-" if entry is None else letter[entry.result.state])


def plant(store):
    """Secrets in every place from which nothing may come."""
    store("family:small", "A2015.V1-one", 0.4)
    hidden = benchmark(f"{SECRET}.V1", access="private", info={"description": SECRET, "data": SECRET})
    store("family:small", hidden, 0.123456)
    store(model(f"{SECRET}-model"), hidden, 0.2)
    later = benchmark("B2016.V1-two", version=2, access="private", info={"bibtex": SECRET})
    store("family:small", "B2016.V1-two", 0.654321)
    store("family:small", later, 0.7)
    store("family:large", "A2015.V1-one", 0.876543)
    store("family:large", "A2015.V1-one", 0.9, status="withheld")
    store("family:large", "C2017.V4-one", 0.234567, status="withheld")
    store("family:large", "C2017.V4-one", status="failed")
    store("family:large", "D2018.IT-one", 0.3)
    store(model(f"{SECRET}-withheld"), "A2015.V1-one", 0.5, status="withheld")
    store(model("late", info={"weights": [[SECRET, "0"]], "internal": SECRET}), "A2015.V1-one", 0.1)
    public = benchmark("E2019.IT-two", info={"contact": SECRET, "experiment": {"region": "IT", "path": SECRET}})
    store("late", public, 0.2, details={"note": SECRET}, provenance={"host": SECRET})


@pytest.mark.parametrize("at", [None, "2100-01-01"])
def test_what_is_private_or_withheld_never_reaches_the_folder(store, database, tmp_path, at):
    plant(store)
    build(database, tmp_path / "board", at=at)
    files = everything(tmp_path / "board")
    told = b"\n".join(files.values()) + "\n".join(map(str, files)).encode()
    for secret in (SECRET, "0.123456", "0.654321", "0.876543", "0.234567", "withheld it is"):
        assert secret.encode() not in told, secret
    data = read(tmp_path / "board" / "data.js")
    assert [line["id"] for line in data["models"]] == ["family:small", "family:large", "late"]
    names = [line["id"] for line in data["benchmarks"]]
    assert sorted(names) == ["A2015.V1-one", "C2017.V4-one", "D2018.IT-one", "E2019.IT-two"]
    values = unpack(data["values"])
    assert not {0.1235, 0.6543, 0.8765, 0.2346, 0.7} & set(values)
    pages = [read(tmp_path / "board" / "models" / f"{number}.js") for number in range(3)]
    (large,) = [page for page in pages if page["identifier"] == "family:large"]
    told = {line[1]: line[3] for line in large["history"]}
    assert told == {"D2018.IT-one": 0.3}, "nothing of a pair whose score is withheld"


def test_averages_and_ranks_rest_on_nothing_hidden(store, database, tmp_path):
    store("family:small", "A2015.V1-one", 0.4, 0.01)
    store("family:large", "A2015.V1-one", 0.6, 0.01)
    store("family:small", benchmark("hidden", access="private"), 1.0, 0.001)
    build(database, tmp_path / "board")
    lines = read(tmp_path / "board" / "data.js")["models"]
    assert [(line["id"], line["rank"]) for line in lines] == [("family:large", [1, 1]), ("family:small", [2, 2])]


def test_no_text_ends_the_script_that_holds_it(filled, tmp_path):
    build(filled, tmp_path / "board")
    for path, content in everything(tmp_path / "board").items():
        if path.suffix == ".js" and path.parent.name in ("models", "benchmarks", "draws", "board"):
            assert b"</script" not in content.lower(), path


def test_history_is_one_query_whatever_the_number_of_models(filled, tmp_path):
    statements = []
    event.listen(filled.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    build(filled, tmp_path / "board")
    assert len(statements) < 15 + 2 * len(BENCHMARKS), "a query a benchmark for draws, one for raw ones, none a model"
    page = read(tmp_path / "board" / "models" / "0.js")
    assert page["history"] and page["history"][0][1] in BENCHMARKS


def test_a_past_day(store, database, tmp_path):
    store("late", "A2015.V1-one", 0.4)
    build(database, tmp_path / "board", at="2000-01-01")
    assert read(tmp_path / "board" / "data.js")["models"] == []
