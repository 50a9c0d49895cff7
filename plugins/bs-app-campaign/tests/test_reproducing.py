"""A row of the database says what it takes to attempt it again, whatever became of it."""

import json

import pytest

from brainscore_core.errors import InvalidParameter
from bs_app_campaign import Campaign
from bs_app_campaign.attempted import lost_with, made_with
from bs_app_campaign.executors import executor
from bs_app_campaign.jobs import Limits
from bs_app_campaign.reproducing import record_of, reproduce, versions

SETTINGS = {"seed": 5}


@pytest.fixture
def row(database):
    """Runs a model on a benchmark; what its row holds."""

    def make(model, kind="local", limits=None):
        campaign = Campaign.create(database, "first", [model], ["two"], SETTINGS)
        chosen = executor(kind, **({"workers": 1} if kind == "local" else {}))
        campaign.run(chosen, **({"limits": limits} if limits else {}))
        (pair,) = campaign.pairs()
        return record_of(str(pair.score_id))

    return make


@pytest.mark.parametrize(
    ("model", "status"), [("raises", "failed"), ("refuses", "unsupported"), ("misses", "unavailable"), ("good-0", "ok")]
)
def test_every_row_says_what_it_was_made_with(row, model, status):
    record = row(model)
    assert record["status"] == status and record["provenance"]["settings"] == SETTINGS | {
        "device": None,
        "batch_size": None,
    }
    found = versions(record["provenance"])
    assert found["bs-trouble"] == "1.0.0" and {"numpy", "brainscore-core"} <= found.keys()
    for part in ("model", "benchmark", "metric", "data", "domain"):
        assert record["provenance"][part]["distribution"] == "bs-trouble", part
    assert record["provenance"]["benchmark"]["version_of_scores"] == 1 and record["provenance"]["python"]


@pytest.mark.parametrize(("model", "limits"), [("exits", None), ("hangs", Limits(seconds=1.5))])
def test_a_process_that_ended_without_a_word_leaves_what_it_was_started_with(row, model, limits):
    provenance = row(model, limits=limits)["provenance"]
    assert provenance["settings"]["seed"] == 5 and provenance["python"]
    found = versions(provenance)
    assert found["bs-trouble"] == "1.0.0" and {"numpy", "brainscore-core"} <= found.keys()


def test_a_model_that_cannot_be_prepared_says_it_too(row):
    assert versions(row("illegible")["provenance"])["bs-trouble"] == "1.0.0"


def test_a_failure_is_reproduced_with_its_seed(row, monkeypatch):
    record = row("raises")
    seen = []
    from bs_app_campaign.executors import watching

    attempt = watching.attempt
    monkeypatch.setattr(watching, "attempt", lambda job: seen.append(job) or attempt(job))
    found = reproduce(record)
    assert {entry.name: entry.same for entry in found}["status"] and all(entry.same for entry in found)
    assert seen[0].settings["seed"] == 5 and seen[0].python == ""


def test_a_failure_with_another_version_says_so(row):
    record = row("raises")
    for part in ("model", "benchmark", "metric", "data", "domain"):
        record["provenance"][part]["version"] = "0.9"
    found = {entry.name: entry for entry in reproduce(record, isolate=False)}
    assert found["status"].same and not found["bs-trouble"].same
    assert (found["bs-trouble"].then, found["bs-trouble"].now) == ("0.9", "1.0.0")


def test_what_ran_in_an_environment_of_its_own_has_no_versions_of_this_one():
    found = lost_with("bs-trouble::good-0", "one", {"seed": 3, "device": "cpu"}, elsewhere=True)
    assert versions(found) == {} and found["settings"] == {"seed": 3, "device": "cpu", "batch_size": None}
    assert found["model"] == {"identifier": "good-0", "distribution": None, "version": None}


def test_nothing_is_imported_for_a_process_that_may_have_died_of_it(monkeypatch):
    monkeypatch.setattr("brainscore_core.registry.resolve", lambda *_: pytest.fail("imported"))
    assert versions(lost_with("good-0", "one", {}))["bs-trouble"] == "1.0.0"


def test_of_what_is_not_installed_the_names_are_kept():
    found = made_with("nobody", "nothing", {})
    assert found["model"] == {"identifier": "nobody", "distribution": None, "version": None}
    assert found["settings"]["seed"] == 0 and "metric" not in found
    json.dumps(found, allow_nan=False)


def test_a_row_that_there_is_not(database):
    with pytest.raises(InvalidParameter, match=r"there is no row 17.*See `brainscore results history MODEL`"):
        record_of("17")
