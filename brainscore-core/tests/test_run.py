"""Scoring one pair and many: order, isolation, planning, provenance, and what must not leave the process."""

import errno
import json
import logging
import math
import pickle
import weakref

import pytest

import brainscore_core as bs
from brainscore_core import registry
from brainscore_core.ceilings import digest_assembly
from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.data import Source
from brainscore_core.data.writing import is_unwritten
from brainscore_core.errors import (
    BrainScoreError,
    DataUnavailable,
    InvalidParameter,
    StorageError,
    UnknownIdentifier,
    UnsupportedRegion,
)
from brainscore_core.placing import misplaced
from brainscore_core.run import Record, Settings, score, score_all
from brainscore_core.status import Status
from brainscore_core.tree import SELECTED

RECORD_KEYS = [
    "model",
    "benchmark",
    "benchmark_version",
    "status",
    "reason",
    "score",
    "error",
    "ceiling",
    "raw",
    "raw_error",
    "normalisation",
    "flags",
    "details",
    "seconds",
    "provenance",
]
ORIGIN = {"distribution": "bs-toy", "version": "1.2.3"}
SOURCE = Source("a.nc", sha256="a" * 64, licence="CC0")
NOWHERE = {"distribution": None, "version": None}


def origin_of(part):
    return {name: part[name] for name in ("distribution", "version")}


def statuses(records):
    return [(record.model, record.benchmark, str(record.status)) for record in records]


# --- one pair ------------------------------------------------------------------------------------------------------


def test_identifiers_and_objects_score_alike(toy):
    by_name = score("echo", "Toy2020.A-close")
    by_object = score(toy.Model("mine"), toy.a)
    assert by_name.value == by_object.value == pytest.approx(0.875 / 0.9)
    assert by_name.raw.value == 0.875 and by_name.ceiling.value == 0.9


def test_the_model_is_configured_reset_told_the_plan_and_reset_again(toy):
    model = toy.Model()
    score(model, toy.a, seed=4, device="cpu", batch_size=2, cache=False)
    assert model.log == [
        ("configure", 4, "cpu", 2, False),
        ("reset",),
        ("expect", ["Toy2020.A-close"]),
        ("reset",),
        ("rows", "Toy2020.A-close"),
    ]


def test_a_model_without_expect_is_scored(toy):
    class Plain(toy.Model):
        expect = None

    assert score(Plain(), toy.a).value is not None


def test_the_reason_of_a_failure_says_where_it_was(toy):
    class Failing(toy.Model):
        def rows(self, *_):
            error = RuntimeError("shapes cannot be multiplied")
            error.add_note("in the forward pass of Net over a batch (4, 3, 8, 8)")
            raise error

    (record,) = score_all([Failing()], [toy.a])
    said = "RuntimeError: shapes cannot be multiplied (in the forward pass of Net over a batch (4, 3, 8, 8))"
    assert record.status is Status.FAILED and record.reason == said


@pytest.mark.parametrize(("chosen_on", "flags"), [("Toy2020.A-close", (SELECTED,)), ("Toy2020.B", ())])
def test_a_score_on_what_the_model_was_chosen_on_is_marked(toy, chosen_on, flags):
    class Chosen(toy.Model):
        def was_chosen_on(self, benchmark):
            return benchmark.identifier == chosen_on

    assert score(Chosen(), toy.a).flags == flags
    (record,) = score_all([Chosen()], [toy.a])
    assert record.score.flags == flags and record.to_dict()["flags"] == list(flags)


@pytest.mark.parametrize("model", [42, object(), None])
def test_what_is_no_model_is_refused(toy, model):
    with pytest.raises(InvalidParameter, match=r"is no model.*configure.*wrap"):
        score(model, toy.a)


def test_what_is_no_benchmark_is_refused(toy):
    with pytest.raises(InvalidParameter, match=r"a Model is no benchmark"):
        score("echo", toy.Model())


def test_a_benchmark_that_returns_a_number_is_refused(toy):
    with pytest.raises(InvalidParameter, match=r"'x' returned a float.*a Score"):
        score("echo", toy.compare("x", does="float"))


def test_unknown_identifiers(toy):
    with pytest.raises(UnknownIdentifier, match="echo"):
        score("ecko", "Toy2020.A-close")
    with pytest.raises(UnknownIdentifier, match="Toy2020.A-close"):
        score("echo", "Toy2020.A-clone")


def test_errors_of_one_pair_are_raised_as_they_are(toy):
    for does, kind in (("refuse", UnsupportedRegion), ("lack", DataUnavailable), ("break", RuntimeError)):
        with pytest.raises(kind):
            score("echo", toy.compare("x", does=does))


# --- provenance ----------------------------------------------------------------------------------------------------


def test_every_part_names_its_distribution(toy):
    made = score("echo", "Toy2020.A-close", seed=7).provenance
    for part in ("model", "benchmark", "metric", "ceiling", "data", "domain"):
        assert origin_of(made[part]) == ORIGIN, part
    assert made["model"]["identifier"] == "echo" and made["model"]["digest"] == "d" * 64
    assert made["model"]["non_neural_parts"] == ["a vote"]
    assert made["benchmark"]["version_of_scores"] == 3 and len(made["benchmark"]["digest"]) == 64
    assert made["settings"] == {"seed": 7, "device": None, "batch_size": None}
    assert made["seconds"] >= 0 and made["peak_memory_mb"] > 0 and made["libraries"]["brainscore-core"] == "3.0.0"
    assert json.loads(json.dumps(dict(made), allow_nan=False)) == made


def test_data_stimuli_and_device_are_named(toy):
    class Showing(toy.Compare):
        shows = (toy.numbers, DataEntry("files", toy.stimuli, DataInfo(sources=(SOURCE,))))

    class Somewhere(toy.Model):
        device = "cuda:0 (a card)"

    fields = {"metric": toy.a.metric, "ceiling_metric": toy.a.metric, "parent": "A", "version": 1}
    made = score(Somewhere(), Showing("x", data="Toy2020", **fields)).provenance
    assert made["data"]["digest"] == digest_assembly(toy.data.load()) and made["data"]["sources"] == []
    numbers, files = made["stimuli"]
    assert numbers["identifier"] == "numbers" and files == {"identifier": "files", "sources": ["a" * 64], **NOWHERE}
    assert made["device"] == "cuda:0 (a card)" and score("echo", toy.a).provenance["device"] is None
    of_files = DataEntry("files", toy.data.read, DataInfo(sources=(SOURCE,)))
    assert score("echo", Showing("x", data=of_files, **fields)).provenance["data"]["digest"] is None
    assert score("echo", toy.hidden).provenance["data"]["digest"] is None


def test_an_object_in_memory_is_not_the_installed_one_of_that_name(toy):
    """Anybody may call a network 'echo'; its score must not be booked as the distribution's."""
    made = score(toy.Model("echo"), toy.compare("Toy2020.A-close", data=toy.data_entry("Toy2020"))).provenance
    for part in ("model", "benchmark", "data"):
        assert origin_of(made[part]) == NOWHERE, part
    assert origin_of(made["metric"]) == ORIGIN


def test_an_object_that_was_loaded_keeps_its_origin(toy):
    made = score(bs.load_model("echo"), bs.load_benchmark("Toy2020.A-close", version=4)).provenance
    assert origin_of(made["model"]) == origin_of(made["benchmark"]) == ORIGIN
    assert made["benchmark"]["version_of_scores"] == 4


def test_a_changed_benchmark_has_another_digest_and_is_nobodys(toy):
    loaded = bs.load_benchmark("Toy2020.A-close")
    changed = loaded.with_options(metric=loaded.metric.__class__("close", scale=2.0))
    assert registry.origin(changed) is None
    assert changed.digest() != loaded.digest()
    assert loaded.with_options(doi="10.1/x").digest() == loaded.digest()


def test_origins_end_with_their_objects(toy):
    """A new object at the address of an old one is not taken for it."""
    for _ in range(50):
        bs.load_model("echo")
        assert registry.origin(toy.Model("echo")) is None


def test_a_different_parameter_is_another_metric_in_provenance(toy):
    made = score("echo", toy.compare("x", metric=bs.MetricSpec("close", scale=2.0))).provenance
    assert made["metric"]["parameters"] == {"scale": 2.0} and made["ceiling"]["parameters"] == {}


# --- many pairs ----------------------------------------------------------------------------------------------------


def test_records_come_in_order_of_models_then_benchmarks(toy):
    records = list(score_all(["echo", toy.Model("mine")], ["Toy2020.A-close", toy.b]))
    assert statuses(records) == [
        ("echo", "Toy2020.A-close", "ok"),
        ("echo", "Toy2020.B-close", "ok"),
        ("mine", "Toy2020.A-close", "ok"),
        ("mine", "Toy2020.B-close", "ok"),
    ]
    assert all(record.score is not None and record.benchmark_version == 3 for record in records)


@pytest.mark.parametrize(
    ("model", "status", "says"),
    [
        ("broken", "failed", "RuntimeError: no such layer"),
        ("exiting", "failed", "SystemExit: 3"),
        ("weightless", "unavailable", "weights.pt cannot be had. Fetch it elsewhere."),
        ("nobody", "failed", "no installed plugin provides the model 'nobody'"),
        (object(), "failed", "is no model"),
    ],
)
def test_a_model_that_cannot_be_had_stops_nobody_else(toy, model, status, says):
    records = list(score_all([model, "echo"], ["Toy2020.A-close", "Toy2020.B-close"]))
    assert [str(record.status) for record in records] == [status, status, "ok", "ok"]
    assert all(says in record.reason and record.traceback and record.score is None for record in records[:2])


@pytest.mark.parametrize(
    ("does", "status", "says"),
    [
        ("refuse", "unsupported", "echo has no A"),
        ("lack", "unavailable", "cannot be had"),
        ("break", "failed", "RuntimeError: broken"),
        ("exit", "failed", "SystemExit: 2"),
        ("float", "failed", "returned a float"),
    ],
)
def test_a_pair_that_fails_stops_nobody_else(toy, does, status, says):
    records = list(score_all(["echo", "echo"], [toy.compare("x", does=does), toy.a]))
    assert [str(record.status) for record in records] == [status, "ok"] * 2
    assert says in records[0].reason and "Traceback" in records[0].traceback


def test_one_identifier_is_a_list_of_one(toy):
    assert statuses(score_all("echo", "Toy2020.A-close")) == [("echo", "Toy2020.A-close", "ok")]


def test_a_benchmark_that_cannot_be_loaded_stops_nobody_else(toy):
    records = list(score_all(["echo"], ["nothing", 42, "Toy2020.A-close"]))
    assert statuses(records) == [
        ("echo", "nothing", "failed"),
        ("echo", "42", "failed"),
        ("echo", "Toy2020.A-close", "ok"),
    ]
    assert records[0].benchmark_version is None


def test_data_that_are_not_installed_are_said_to_be(toy):
    [record] = score_all(["echo"], [toy.compare("x", data="Toy2021")])
    assert record.status is Status.FAILED and "Toy2021" in record.reason and "Toy2020" in record.reason


def test_a_model_that_cannot_be_configured_fails_everywhere_and_nowhere_else(toy):
    class Stubborn(toy.Model):
        def configure(self, **settings):
            raise ValueError("no such device")

    records = list(score_all([Stubborn("stubborn"), "echo"], [toy.a]))
    assert statuses(records) == [("stubborn", "Toy2020.A-close", "failed"), ("echo", "Toy2020.A-close", "ok")]


def test_interruption_is_not_swallowed(toy):
    run = score_all(["echo"], [toy.a, toy.compare("x", does="interrupt"), toy.b])
    assert next(run).status is Status.OK
    with pytest.raises(KeyboardInterrupt):
        next(run)


def test_one_model_is_gone_before_the_next_is_built(toy, monkeypatch):
    alive = weakref.WeakSet()
    most = []

    def build():
        most.append(len(alive))
        alive.add(model := toy.Model("echo"))
        return model

    monkeypatch.setattr(toy, "echo", toy.ModelEntry("echo", build, toy.ModelInfo()))
    for _ in score_all(["echo", "echo", "echo"], [toy.a]):
        pass
    assert most == [0, 0, 0]


def test_hooks_hear_of_every_pair_and_cannot_stop_the_run(toy, site):
    site(
        "bs-listener",
        entry_points={"brainscore.hooks": {"listener": "listener"}},
        modules={
            "listener": "from brainscore_core.hooks import hookimpl\nheard = []\n\n\n"
            "@hookimpl\ndef after_score(record):\n    heard.append(record)\n    raise RuntimeError('deaf')\n"
        },
    )
    records = list(score_all(["echo", "broken"], [toy.a, toy.hidden]))
    import listener

    assert listener.heard == records
    assert [str(record.status) for record in records] == ["ok", "ok", "failed", "failed"]


# --- planning ------------------------------------------------------------------------------------------------------


def test_the_run_is_planned_over_all_benchmarks_once(toy):
    models = [toy.Model("one"), toy.Model("two")]
    list(score_all(models, [toy.a, toy.b]))
    for model in models:
        assert [entry for entry in model.log if entry[0] == "expect"] == [
            ("expect", ["Toy2020.A-close", "Toy2020.B-close"])
        ]
        assert model.log.index(("reset",)) < model.log.index(("expect", ["Toy2020.A-close", "Toy2020.B-close"]))
    assert toy.a.calls.count("presents") == 1


def test_a_benchmark_that_cannot_say_what_it_presents_spoils_no_plan(toy):
    model = toy.Model()
    records = list(score_all([model], [toy.compare("x", does="cannot say"), toy.a]))
    assert ("expect", ["Toy2020.A-close"]) in model.log
    assert [record.status for record in records] == [Status.OK, Status.OK]


def test_a_model_that_cannot_plan_is_scored(toy, caplog):
    class Planless(toy.Model):
        def expect(self, plan):
            raise TypeError("plans are not for me")

    [record] = score_all([Planless("planless")], [toy.a])
    assert record.status is Status.OK
    assert "planless cannot plan ahead (TypeError: plans are not for me)" in caplog.text


# --- records -------------------------------------------------------------------------------------------------------


def test_a_record_has_the_documented_keys_and_is_strict_json(toy):
    [record] = score_all(["echo"], [toy.a])
    content = record.to_dict()
    assert list(content) == RECORD_KEYS
    assert content["details"]["undefined"] is None and math.isnan(record.score.details["undefined"])
    assert content["raw"] == 0.875 and content["raw_error"] == 0.01 and content["status"] == "ok"
    json.loads(json.dumps(content, allow_nan=False))


def test_a_failed_record_has_null_numbers(toy):
    [record] = score_all(["broken"], [toy.a])
    content = record.to_dict()
    assert list(content) == RECORD_KEYS and content["status"] == "failed"
    assert all(content[name] is None for name in ("score", "error", "ceiling", "raw", "raw_error"))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnsupportedRegion("x"), Status.UNSUPPORTED),
        (DataUnavailable("x"), Status.UNAVAILABLE),
        (BrainScoreError("x"), Status.FAILED),
        (MemoryError(), Status.FAILED),
    ],
)
def test_status_of_an_error(error, status):
    assert Status.of(error) is status


# --- private data --------------------------------------------------------------------------------------------------


def everything_stored(home):
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_of_private_data_value_error_and_ceiling_leave_the_process(toy, home, caplog):
    caplog.set_level(logging.DEBUG)
    [record] = score_all(["echo"], [toy.hidden])
    assert record.score.value == pytest.approx(0.875 / 0.9)
    assert record.score.ceiling.value == 0.9 and record.score.ceiling.error == 0.02
    assert record.score.raw is None and record.score.values is None and record.score.ceiling.values is None
    assert not record.score.details and not record.score.ceiling.details and not record.score.ceiling.raw
    assert "of the benchmark" not in record.provenance
    told = json.dumps(record.to_dict()) + repr(record) + caplog.text
    assert toy.SECRET not in told
    assert toy.SECRET.encode() not in everything_stored(home)
    assert not list(home.rglob("results/*")), "a private ceiling is derived from private values"


def test_score_withholds_too(toy):
    result = score("echo", "Toy2020private.A-close")
    assert result.values is None and not result.details and result.raw is None


@pytest.mark.parametrize("does", ["refuse", "lack", "break"])
def test_errors_about_private_data_tell_their_type_only(toy, does, caplog):
    caplog.set_level(logging.DEBUG)
    [record] = score_all(["echo"], [toy.compare("hidden", data="Toy2020private", does=does)])
    assert record.status is not Status.OK and type_of(does) in record.reason
    assert toy.SECRET not in json.dumps(record.to_dict()) + repr(record) + record.traceback + caplog.text
    assert record.traceback == ""


def test_missing_access_to_private_data_is_said_without_naming_a_file(toy):
    [record] = score_all(["echo"], [toy.compare("hidden", data="Toy2020private", does="lack access")])
    assert record.status is Status.UNAVAILABLE
    assert record.reason == (
        "the data of hidden are private and there is no access to them here. "
        "Ask their owners, or name a folder that holds them in BRAINSCORE_MIRRORS."
    )
    assert toy.SECRET not in json.dumps(record.to_dict()) + repr(record) and record.traceback == ""


def test_a_model_that_cannot_be_had_is_named_beside_private_data_too(toy):
    [record] = score_all(["broken"], [toy.hidden])
    assert record.reason == "RuntimeError: no such layer" and "Traceback" in record.traceback


@pytest.mark.parametrize("data", ["Toy2020", "Toy2020private"])
def test_a_full_disk_is_told_by_its_type_also_beside_private_data(toy, data):
    [record] = score_all(["echo"], [toy.compare("full", data=data, does="fill")])
    assert record.status is Status.FAILED and record.unwritten
    assert (toy.SECRET in record.reason) == (data == "Toy2020")


@pytest.mark.parametrize(
    ("error", "unwritten"),
    [
        (OSError(errno.ENOSPC, "whatever it says"), True),
        (OSError(errno.EDQUOT, "whatever it says"), True),
        (StorageError("the folder is read-only"), True),
        (OSError(errno.EFBIG, "File too large"), False),
        (ValueError("input File too large: No space left on device, StorageError"), False),
        (OSError("No space left on device"), False),
    ],
)
def test_what_could_not_be_written_goes_by_type_and_not_by_words(error, unwritten):
    assert is_unwritten(error) is unwritten
    wrapped = RuntimeError("around it")
    wrapped.__cause__ = error
    assert is_unwritten(wrapped) is unwritten


def type_of(does):
    return {"refuse": "UnsupportedRegion", "lack": "DataUnavailable", "break": "RuntimeError"}[does]


def test_activations_to_private_stimuli_are_neither_planned_nor_kept(toy):
    model = toy.Model()
    list(score_all([model], [toy.a, toy.hidden, toy.b], Settings(seed=2)))
    caching = [entry[-1] for entry in model.log if entry[0] == "configure"]
    assert caching == [True, False, True]
    assert ("expect", ["Toy2020.A-close", "Toy2020.B-close"]) in model.log
    rows = model.log.index(("rows", "Toy2020private.A-close"))
    assert [entry for entry in model.log[:rows] if entry[0] == "configure"][-1] == ("configure", 2, None, None, False)
    assert [entry for entry in model.log if entry[0] == "configure"][-1] == ("configure", 2, None, None, True)


def test_caching_is_restored_after_a_private_failure(toy):
    model = toy.Model()
    list(score_all([model], [toy.compare("x", data="Toy2020private", does="break")]))
    assert model.log[-2:] == [("configure", 0, None, None, True), ("reset",)]


def test_a_private_ceiling_asked_for_directly_is_not_stored(toy, home):
    assert toy.hidden.ceiling.values is not None
    assert not list(home.rglob("results/*"))


def test_without_cache_nothing_is_stored(toy, home):
    score("echo", "Toy2020.A-close", cache=False)
    assert not list(home.rglob("results/*"))
    score("echo", toy.compare("Toy2020.A-close", ceiling_metric=bs.MetricSpec("close", scale=3.0)), cache=True)
    assert list(home.rglob("results/*"))


def test_a_record_travels_between_processes(toy):
    [record] = score_all(["echo"], [toy.a])
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301


def test_record_defaults():
    record = Record("m", "b", None, Status.PENDING)
    assert record.to_dict()["status"] == "pending" and record.to_dict()["score"] is None


@pytest.mark.parametrize("several", [False, True])
def test_a_benchmark_that_hangs_below_no_node_is_scored_and_warned_of_once(toy, caplog, several):
    lost = toy.compare(f"Toy2020.lost-{several}", parent="C")
    for _ in range(2):
        found = list(score_all(["echo", "echo"], [lost, toy.a]))[0].score if several else score("echo", lost)
        assert found.value is not None
    said = f"{lost.identifier} enters no average: it hangs below 'C', which toy has not: expected parent= one of "
    [warned] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert warned.getMessage().startswith(said)


def test_a_domain_that_is_not_installed_has_no_tree_to_hang_below(toy, caplog):
    class Elsewhere(toy.Compare):
        domain = "elsewhere"

    lost = Elsewhere("Elsewhere.A", data="Toy2020", metric=bs.MetricSpec("alone"), parent="A", version=1)
    assert misplaced(lost) is None
    assert misplaced(toy.a) is None
    assert isinstance(misplaced(toy.a.with_options(parent="C")), InvalidParameter)


def test_two_benchmarks_of_one_name_are_refused(toy):
    name = "Toy2020.A-close"
    changed = bs.load_benchmark(name).with_options(version=7)
    with pytest.raises(InvalidParameter, match=f"are both called '{name}', and are not the same benchmark"):
        list(score_all(["echo"], [name, changed]))
    assert len(list(score_all(["echo"], [name, bs.load_benchmark(name)]))) == 2, (
        "one and the same may be asked for twice"
    )
