"""score: tables, records, exit codes, and what is kept when a run is interrupted."""

import json
import re
import sys

import pytest

from brainscore_core.errors import StorageError

FLAGGED = """
class Flagged(Base):
    def __call__(self, model):
        return normalise(Score(model.value, .01), Score(.8, .02)).with_(flags=(FLAGS,))


flagged = Flagged("Toy2020.A-zflagged", data=data, metric=MetricSpec("difference"), parent="A", version=2)
"""
RAISES = "raise ImportError('no torch here')"


def rows_of(text: str) -> list[list[str]]:
    return [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()]


def test_one_pair(toy, brainscore):
    answer = brainscore("score", "half", "--benchmark", "Toy2020.A-one")
    assert answer.code == 0
    assert ["Toy2020.A-one", "0.625 ± 0.020", "0.500 ± 0.010", "0.800 ± 0.020", "ok", "-"] in rows_of(answer.out)
    assert ["half: benchmark", "score", "raw", "ceiling", "status", "flags"] in rows_of(answer.out)
    assert ["half: toy (hierarchical)", "score", "covered", "the others"] in rows_of(answer.out)
    assert ["whole", "0.625 ± 0.020", "1/5", "4 not attempted"] in rows_of(answer.out)
    assert ["A", "0.625 ± 0.020", "1/2", "1 not attempted"] in rows_of(answer.out)
    assert answer.err == "a network that prints while it loads\n"


def test_raw_values_stand_where_nothing_of_a_region_is_normalised(toy, brainscore):
    rows = rows_of(brainscore("score", "half", "--benchmark", "Toy2020.*").out)
    assert ["Toy2020.B-raw", "null", "-0.123 ± 0.010", "-", "ok", "no-ceiling"] in rows
    assert ["Toy2020.B-raw", "raw -0.123 ± 0.010", "-", "-"] in rows
    assert ["whole", "0.625 ± 0.014", "2/5", "1 unavailable, 1 null, 1 unsupported"] in rows


def test_reasons_stand_below(toy, brainscore):
    out = brainscore("score", "half", "fifth", "--benchmark", "Toy2020.B-*").out
    assert (
        "unavailable: half on Toy2020.B-lack; fifth on Toy2020.B-lack\n"
        "    numbers.txt cannot be had: expected a network. Fetch it." in out
    )
    assert "unsupported: half on Toy2020.B-refuse\n    half has no B." in out
    assert "unsupported: fifth on Toy2020.B-refuse\n    fifth has no B." in out


def test_several_models_side_by_side(toy, brainscore):
    rows = rows_of(brainscore("score", "half", "fifth", "--benchmark", "Toy2020.*").out)
    assert ["fifth", "Toy2020.A-one", "0.250 ± 0.014", "0.200 ± 0.010", "0.800 ± 0.020", "ok", "-"] in rows
    assert ["toy (hierarchical)", "half", "fifth"] in rows
    assert ["A", "0.625 ± 0.014 (2/2)", "0.250 ± 0.010 (2/2)"] in rows
    assert ["B", "- (0/3)", "- (0/3)"] in rows


def tree_of(out: str) -> list[str]:
    """The first column of the averages, indented."""
    block = next(block for block in out.split("\n\n") if "toy (" in block.splitlines()[0])
    return [re.split(r"\s{2,}", line.rstrip())[0] if line[0] != " " else line[: len(line) - len(line.lstrip())]
            + line.split()[0] for line in block.splitlines()[1:]]  # fmt: skip


@pytest.mark.parametrize("models", [("half",), ("half", "fifth")], ids=["one", "two"])
def test_only_branches_that_lead_to_what_was_asked_are_shown(toy, brainscore, models):
    assert tree_of(brainscore("score", *models, "-b", "Toy2020.A-one").out) == ["whole", "  A"]
    assert tree_of(brainscore("score", *models, "-b", "Toy2020.B-lack").out) == ["whole", "  B"]
    both = brainscore("score", *models, "-b", "Toy2020.A-one", "-b", "Toy2020.B-lack").out
    assert tree_of(both) == ["whole", "  A", "  B"]
    raw = brainscore("score", *models, "-b", "Toy2020.B-raw").out
    assert tree_of(raw) == ["whole", "  B", "    Toy2020.B-raw"]


PARTLY = """
class Partly(Compare):
    def __call__(self, model):
        if model.identifier == "fifth":
            raise RuntimeError("no memory")
        return super().__call__(model)


def partly(identifier):
    return Partly(identifier, data=data, metric=MetricSpec("difference"), parent="A", version=2)


third, fourth, fifth, sixth = (partly(f"Toy2020.A-z{number}") for number in range(4))
"""


def uneven(also, count):
    points = dict(zip((f"Toy2020.A-z{n}" for n in range(count)), ("third", "fourth", "fifth", "sixth"), strict=False))
    points = {identifier: f"bs_more:{name}" for identifier, name in points.items()}
    also("bs-more", "brainscore.toy.benchmarks", points, f"from toy import *\nfrom toy import Compare\n{PARTLY}")


@pytest.mark.parametrize("count, lacks", [(1, "Toy2020.A-z0"), (4, "4 benchmarks")])
def test_averages_over_different_benchmarks_are_said_to_be(toy, also, brainscore, count, lacks):
    uneven(also, count)
    out = brainscore("score", "half", "fifth", "-b", "Toy2020.A-*").out
    said = [line for line in out.splitlines() if line.startswith("averages cover different benchmarks")]
    assert said == [
        f"averages cover different benchmarks: fifth without {lacks}. --policy strict averages only what is whole, "
        "--policy zero counts what has no value as 0"
    ]


@pytest.mark.parametrize(
    "models, benchmarks",
    [
        (("half",), "Toy2020.A-*"),  # nothing to compare it with
        (("fifth",), "Toy2020.A-*"),
        (("half", "fifth"), "Toy2020.A-[ot]*"),  # the same for both
        (("half", "fifth"), "Toy2020.A-z*"),  # one has no average, which is seen
        (("half", "fifth"), "Toy2020.B-*"),
    ],
)
def test_averages_over_the_same_benchmarks_go_without_saying(toy, also, brainscore, models, benchmarks):
    uneven(also, 2)
    assert "different benchmarks" not in brainscore("score", *models, "-b", benchmarks).out


def test_policies(toy, also, brainscore):
    uneven(also, 1)
    asked = ("score", "half", "fifth", "-b", "Toy2020.A-*")
    rows = rows_of(brainscore(*asked).out)
    assert ["A", "0.625 ± 0.012 (3/3)", "0.250 ± 0.010 (2/3, 1 failed)"] in rows
    strict, zero = (brainscore(*asked, "--policy", policy).out for policy in ("strict", "zero"))
    assert ["toy (hierarchical, strict)", "half", "fifth"] in rows_of(strict)
    assert ["A", "0.625 ± 0.012 (3/3)", "- (2/3, 1 failed)"] in rows_of(strict)
    assert ["whole", "- (3/6)", "- (2/6, 1 failed)"] in rows_of(strict), "what was not attempted lacks as well"
    assert tree_of(strict) == ["whole", "  A"], "raw values are of regions of which nothing is normalised"
    assert ["toy (hierarchical, zero)", "half", "fifth"] in rows_of(zero)
    assert ["A", "0.625 ± 0.012 (3/3)", "0.167 ± 0.007 (2/3, 1 failed)"] in rows_of(zero)
    assert "different benchmarks" not in strict + zero
    assert brainscore(*asked, "--policy", "none").code == 2


def narrow(monkeypatch):
    """Let standard output be a terminal of eighty columns."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("names", [("half",), ("half", "fifth", "const:one", "const:two")], ids=["one", "four"])
def test_it_fits_eighty_columns(toy, also, brainscore, monkeypatch, names):
    narrow(monkeypatch)
    flags = "'few-units', 'no-ceiling-could-be-estimated', 'selected-on-another-half-of-the-stimuli', 'above-ceiling'"
    source = f"from toy import *\nfrom toy import Compare as Base\n{FLAGGED.replace('FLAGS', flags)}"
    also("bs-more", "brainscore.toy.benchmarks", {"Toy2020.A-zflagged": "bs_more:flagged"}, source)
    lines = brainscore("score", *names, "-b", "Toy2020.*").out.splitlines()
    assert max(map(len, lines)) <= 80
    for name in names:
        assert any(line.startswith(f"{name}: benchmark") for line in lines), "a block a model"
    assert any("above-ceiling" in line for line in lines)


def test_nodes_without_a_value_are_named_in_one_line_where_it_is_narrow(toy, brainscore, monkeypatch):
    narrow(monkeypatch)
    names = ("half", "fifth", "const:one", "const:two")
    out = brainscore("score", *names, "-b", "Toy2020.A-*", "-b", "Toy2020.B-lack").out
    trees = [block for block in out.split("\n\n") if block.startswith("toy (hierarchical)")]
    headers = [re.split(r"\s{2,}", block.splitlines()[0]) for block in trees]
    assert [name for header in headers for name in header[1:]] == list(names), "each once, side by side where they fit"
    assert len(trees) > 1 and len(headers[0]) > 2
    assert out.count("  nothing covered: B\n") == 1 and "(0/3)" not in out


def test_failures_are_not_left_out_where_it_is_narrow(toy, also, brainscore, monkeypatch):
    narrow(monkeypatch)
    also("bs-more", "brainscore.toy.benchmarks", {"Toy2020.B-break": "toy:fail"}, "")
    out = brainscore("score", "half", "fifth", "const:one", "const:two", "-b", "Toy2020.*").out
    assert "- (0/4, 1 failed)" in out and "nothing covered" not in out


@pytest.mark.parametrize("rule", ["hierarchical", "flat", "min"])
def test_aggregation_rule(toy, brainscore, rule):
    answer = brainscore("score", "half", "--benchmark", "Toy2020.A-*", "--aggregate", rule)
    assert f"toy ({rule})" in answer.out
    assert brainscore("score", "half", "--benchmark", "Toy2020.A-*", "--aggregate", "mean").code == 2


def test_records(toy, brainscore, tmp_path):
    file = tmp_path / "records.json"
    answer = brainscore("score", "half", "-b", "Toy2020.A-one", "-b", "Toy2020.B-*", "--json", str(file), "--seed", "7")
    assert answer.code == 0
    records = json.loads(file.read_text())
    assert [record["benchmark"] for record in records] == [
        "Toy2020.A-one", "Toy2020.B-lack", "Toy2020.B-raw", "Toy2020.B-refuse",
    ]  # fmt: skip
    assert [record["status"] for record in records] == ["ok", "unavailable", "ok", "unsupported"]
    first = records[0]
    assert set(first) == {
        "model", "benchmark", "benchmark_version", "status", "reason", "score", "error", "ceiling", "raw", "raw_error",
        "normalisation", "flags", "details", "seconds", "provenance",
    }  # fmt: skip
    assert (first["score"], first["raw"], first["ceiling"]) == pytest.approx((0.625, 0.5, 0.8))
    assert first["details"] == {"undefined": None}  # JSON has no NaN
    assert (first["benchmark_version"], first["normalisation"]) == (2, "raw / ceiling")
    assert first["provenance"]["model"]["distribution"] == "bs-toy"
    assert first["provenance"]["settings"]["seed"] == 7
    assert (records[2]["score"], records[2]["raw"]) == (None, -0.123)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["numbers.txt", "records.json", "site"]


def test_records_to_standard_output(toy, brainscore):
    records = brainscore("score", "half", "-b", "Toy2020.A-*", "--json", "-").json
    assert [record["status"] for record in records] == ["ok", "ok"]


def test_a_failing_pair_stops_no_other(toy, also, brainscore):
    also("bs-more", "brainscore.toy.benchmarks", {"Toy2020.B-break": "toy:fail"}, "")
    answer = brainscore("score", "half", "-b", "Toy2020.B-break", "-b", "Toy2020.A-one")
    assert answer.code == 1
    assert "failed: half on Toy2020.B-break\n    RuntimeError: broken inside" in answer.out
    assert "0.625" in answer.out
    assert "Traceback" not in answer.err
    debugged = brainscore("score", "half", "-b", "Toy2020.B-break", "--debug")
    assert "Traceback" in debugged.err and debugged.code == 1


@pytest.mark.parametrize("benchmark, code", [("Toy2020.A-one", 0), ("Toy2020.B-lack", 1), ("Toy2020.B-refuse", 1)])
def test_strict(toy, brainscore, benchmark, code):
    assert brainscore("score", "half", "-b", benchmark).code == 0
    assert brainscore("score", "half", "-b", benchmark, "--strict").code == code


def test_a_broken_plugin_is_a_failed_pair(toy, also, brainscore):
    also("bs-broken", "brainscore.toy.models", {"broken": "bs_broken:model"}, RAISES)
    also("bs-bad", "brainscore.toy.benchmarks", {"Toy2020.bad": "bs_bad:benchmark"}, RAISES)
    answer = brainscore("score", "half", "broken", "-b", "Toy2020.A-one", "-b", "Toy2020.bad")
    assert answer.code == 1
    statuses = {tuple(row[:2]): row[5] for row in rows_of(answer.out) if len(row) == 7}
    assert statuses["half", "Toy2020.A-one"] == "ok"
    assert statuses["half", "Toy2020.bad"] == statuses["broken", "Toy2020.A-one"] == "failed"
    assert "bs-bad" in answer.out and "bs-broken" in answer.out


def test_a_benchmark_outside_the_tree_is_shown_and_not_averaged(toy, also, brainscore):
    also("bs-more", "brainscore.toy.benchmarks", {"Toy2020.lost": "toy:lost"}, "")
    answer = brainscore("score", "half", "-b", "Toy2020.lost")
    assert answer.code == 0
    assert "Toy2020.lost enters no average: it hangs below 'nowhere', which toy has not" in answer.err
    assert ["whole", "-", "0/5", "5 not attempted"] in rows_of(answer.out)


def test_a_benchmark_outside_the_tree_is_told_once(toy, also, brainscore, caplog):
    source = "from toy import benchmark\nfirst, second = benchmark('Lost.A', 'gone'), benchmark('Lost.B', 'gone')"
    also("bs-more", "brainscore.toy.benchmarks", {"Lost.A": "bs_more:first", "Lost.B": "bs_more:second"}, source)
    err = brainscore("score", "half", "fifth", "-b", "Lost.A").err
    said = "Lost.A enters no average: it hangs below 'gone', which toy has not: expected parent= one of A, B, whole."
    assert err.splitlines().count(said) == 1 and "Lost.B" not in err
    assert "enters no average" not in brainscore("score", "half", "-b", "Lost.A").err + caplog.text
    assert "Lost.B enters no average" in brainscore("score", "half", "-b", "Lost.?").err, "another one is told"


def test_failed_is_said_at_every_level(toy, also, brainscore):
    also("bs-more", "brainscore.toy.benchmarks", {"Toy2020.B-break": "toy:fail"}, "")
    rows = rows_of(brainscore("score", "half", "fifth", "-b", "Toy2020.*").out)
    assert ["whole", "0.625 ± 0.014 (2/6, 1 failed)", "0.250 ± 0.010 (2/6, 1 failed)"] in rows
    assert ["B", "- (0/4, 1 failed)", "- (0/4, 1 failed)"] in rows
    rows = rows_of(brainscore("score", "half", "-b", "Toy2020.B-break").out)
    assert ["B", "-", "0/4", "1 failed, 3 not attempted"] in rows


@pytest.mark.parametrize("earlier", [None, "[1]"])
def test_interruption_keeps_what_is_done_beside_the_file(toy, also, brainscore, tmp_path, earlier):
    also("bs-more", "brainscore.toy.benchmarks", {"Toy2020.A-zinterrupt": "toy:interrupt"}, "")
    file, partial = tmp_path / "records.json", tmp_path / "records.json.partial"
    if earlier:
        file.write_text(earlier)
    answer = brainscore("score", "half", "fifth", "-b", "Toy2020.A-*", "--json", str(file))
    assert answer.code == 130
    assert [record["benchmark"] for record in json.loads(partial.read_text())] == ["Toy2020.A-one", "Toy2020.A-two"]
    assert (file.read_text() if file.exists() else None) == earlier
    assert "0.625" in answer.out and "half: benchmark" in answer.out, "the only one that is there"
    assert f"interrupted: 2 of 6 pairs are done, written to {partial}" in answer.err
    assert brainscore("score", "half", "-b", "Toy2020.A-one", "--json", str(file)).code == 0
    assert len(json.loads(file.read_text())) == 1 and not partial.exists()


def test_interruption_before_anything_is_done_writes_nothing(toy, also, brainscore, tmp_path):
    also("bs-more", "brainscore.toy.benchmarks", {"Toy2020.A-zinterrupt": "toy:interrupt"}, "")
    before = sorted(tmp_path.iterdir())
    files = ("--json", str(tmp_path / "records.json"), "--compare", str(tmp_path / "pairs.json"))
    answer = brainscore("score", "half", "-b", "Toy2020.A-zinterrupt", *files)
    assert (answer.code, answer.out) == (130, "")
    assert answer.err.endswith("interrupted: 0 of 1 pairs are done\n")
    assert [path for path in sorted(tmp_path.iterdir()) if path.name != "home"] == before


def test_results_are_printed_though_the_file_cannot_be_written(toy, brainscore, tmp_path, monkeypatch):
    def full(path, content):
        raise StorageError("the disk is full", remedy="make room")

    monkeypatch.setattr("brainscore_core.cli.commands.score.write_json_file", full)
    answer = brainscore("score", "half", "-b", "Toy2020.A-one", "--json", str(tmp_path / "records.json"))
    assert answer.code == 1
    assert "0.625 ± 0.020" in answer.out
    assert "Error: the disk is full. Make room.\n" in answer.err


@pytest.mark.parametrize(
    "arguments, named",
    [
        (("hafl", "-b", "Toy2020.A-one"), "'half'"),
        (("half", "-b", "Toy2020.A-on"), "'Toy2020.A-one'"),
        (("half", "-b", "Nothing*"), "'Nothing*'"),
        (("half", "-b", "Toy2020.A-one", "--batch-size", "0"), "--batch-size"),
        (("half", "-b", "Toy2020.A-one", "--json", "no/such/folder/file.json"), "no/such/folder"),
        (("half", "-b", "Toy2020.A-one", "--json", "."), "cannot be written"),
        (("", "-b", "Toy2020.A-one"), "''"),
    ],
)
def test_wrong_input_starts_nothing(toy, brainscore, arguments, named):
    answer = brainscore("score", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert named in answer.err
    assert "prints while it loads" not in answer.err


def test_two_distributions_with_one_identifier(toy, also, brainscore):
    also("bs-other", "brainscore.toy.models", {"half": "bs_other:half"}, "from toy import fifth as half")
    answer = brainscore("score", "half", "-b", "Toy2020.A-one")
    assert answer.code == 2 and "bs-other::half" in answer.err
    both = brainscore("score", "bs-toy::half", "bs-other::half", "-b", "Toy2020.A-one")
    assert both.code == 0
    values = {row[0]: row[2] for row in rows_of(both.out) if len(row) == 7}
    assert values["bs-toy::half"] == "0.625 ± 0.020"
    assert values["bs-other::half"] == "0.250 ± 0.014"


def test_a_terminal_is_told_what_happens(toy, brainscore, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    answer = brainscore("score", "half", "-b", "Toy2020.A-one", "-b", "Toy2020.B-lack")
    assert re.search(r"1/2 half on Toy2020\.A-one \.\.\.", answer.err)
    assert re.search(r"0\.625 \(\d\.\d s\)", answer.err)
    assert re.search(r"unavailable \(\d\.\d s\)", answer.err)
    assert "1/2 half" not in answer.out


def test_what_models_say_of_themselves_is_said_once(capsys):
    from brainscore_core.cli.report import echo_marks
    from brainscore_core.run import Record
    from brainscore_core.status import Status

    def run(*flags):
        made = {"model": {"flags": list(flags)}}
        return [Record("m", name, 1, Status.OK, provenance=made) for name in "ab"] + [
            Record("m", "c", 1, Status.FAILED)
        ]

    echo_marks({"one": run("positive-control"), "two": run(), "three": run("positive-control", "baseline")})
    assert capsys.readouterr().out == "\npositive-control: one, three\nbaseline: three\n"
    echo_marks({"two": run()})
    assert capsys.readouterr().out == ""


def test_flags_are_named_where_a_table_has_no_column_for_them(capsys):
    from brainscore_core.cli.report import echo_flags
    from brainscore_core.run import Record
    from brainscore_core.scores import Score
    from brainscore_core.status import Status

    def flagged(count):
        return [Record("m", f"b{index}", 1, Status.OK, score=Score(0.0, flags=("few",))) for index in range(count)]

    echo_flags({"one": flagged(3), "two": flagged(4), "none": [Record("m", "b", 1, Status.FAILED)]})
    assert capsys.readouterr().out == "\nfew: one on b0, b1, b2; two on 4 benchmarks\n"
