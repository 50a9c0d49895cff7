"""Plugins that cannot be installed together are scored in one campaign; a record is attempted again in its versions."""

import json
import os
import runpy
import shutil
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from brainscore_core import registry
from brainscore_core.cli.shell import run
from brainscore_core.errors import StorageError
from bs_app_campaign import Campaign, schema
from bs_app_campaign.environments import interpreter
from bs_app_campaign.executors import executor
from bs_app_campaign.reproducing import Difference, versions

wheels = runpy.run_path(str(Path(__file__).parent / "faults" / "wheels.py"))
pytestmark = pytest.mark.skipif(shutil.which("uv") is None, reason="environments are built by uv")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheels")
    return folder, wheels["clashing"](folder)


class Installed:
    """A folder on the path in place of the distributions of other tests."""

    def __init__(self, folder, made):
        self.folder, self.made = folder, made

    def put(self, *names):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        for name in names:
            wheels["install"](self.made[name], self.folder)
        for module in ("trouble", "clash_lib", "clash_old", "clash_new"):
            sys.modules.pop(module, None)
        registry.refresh()


@pytest.fixture
def here(found, tmp_path, monkeypatch, site):
    folder, made = found
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry != str(site)])
    monkeypatch.syspath_prepend(str(tmp_path / "here"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "here"))
    links = [str(folder), *filter(None, [os.environ.get("UV_FIND_LINKS")])]
    monkeypatch.setenv("UV_FIND_LINKS", ",".join(links))
    return Installed(tmp_path / "here", made)


ALL = ("bs_trouble-1.0.0", "clash_lib-2.0", "bs_clash_old-1.0.0", "bs_clash_new-1.0.0")


def test_models_that_contradict_each_other_share_a_campaign(here, database, home):
    """Only one version of the library can be here; each pair gets the one that its plugin asks for."""
    here.put(*ALL)
    arguments = ["campaign", "run", "clash-old", "clash-new", "-b", "one", "-b", "two", "--isolate", "--workers", "2"]
    assert run(arguments) == 0
    with database.read() as session:
        rows = session.execute(select(schema.Model.identifier, schema.Score.value).join(schema.Score)).all()
    assert sorted(map(tuple, rows)) == [("clash-new", 0.2), ("clash-new", 0.2), ("clash-old", 0.1), ("clash-old", 0.1)]
    environments = [path for path in (home / "environments").iterdir() if path.is_dir()]
    assert len(environments) == 2, "one for each lock, not for each pair"


def test_an_environment_that_cannot_be_built_is_the_pairs_failure_and_no_others(here, database, capsys):
    here.put(*ALL)
    broken = here.folder / "bs_clash_old-1.0.0.dist-info" / "METADATA"
    broken.write_text(broken.read_text().replace("Version: 1.0.0", "Version: 7.0.0"))
    registry.refresh()
    assert run(["campaign", "run", "clash-old", "good-0", "-b", "one", "--isolate", "--json"]) == 1
    rows = {row["model"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["good-0"]["status"] == "ok" and rows["clash-old"]["status"] == "failed"
    assert "environment: uv pip failed" in rows["clash-old"]["reason"] and "7.0.0" in rows["clash-old"]["reason"]
    assert rows["clash-old"]["attempts"] == 1


def test_a_record_is_attempted_again_in_the_versions_that_it_names(here, database, capsys):
    here.put("bs_trouble-1.0.0", "clash_lib-1.0", "bs_clash_old-1.0.0")
    assert run(["campaign", "run", "clash-old", "-b", "one", "--executor", "local", "--workers", "1"]) == 0
    with database.read() as session:
        record = str(session.scalar(select(schema.Score.id)))
    capsys.readouterr()

    def again(*options):
        code = run(["reproduce", record, "--json", *options])
        return code, {row["name"]: row for row in json.loads(capsys.readouterr().out)}

    code, same = again()
    assert code == 0 and same["score"]["now"] == 0.1 and all(row["same"] for row in same.values())

    here.put("bs_trouble-1.0.0", "clash_lib-1.0", "bs_clash_old-2.0.0")
    code, other = again("--here")
    assert code == 1 and (other["score"]["then"], other["score"]["now"]) == (0.1, pytest.approx(0.3))
    assert (other["bs-clash-old"]["then"], other["bs-clash-old"]["now"]) == ("1.0.0", "2.0.0")
    code, rebuilt = again()
    assert code == 0 and rebuilt["score"]["now"] == 0.1 and "bs-clash-old" not in rebuilt
    code = run(["reproduce", record])
    assert code == 0 and "same" in capsys.readouterr().out


def test_a_version_that_cannot_be_had(here, database, capsys, tmp_path):
    here.put("bs_trouble-1.0.0", "clash_lib-1.0", "bs_clash_old-1.0.0")
    file = tmp_path / "record.json"
    provenance = {"model": {"identifier": "clash-old", "distribution": "bs-clash-old", "version": "0.5.0"}}
    numbers = dict.fromkeys(("score", "error", "ceiling", "raw", "raw_error"))
    record = {"model": "clash-old", "benchmark": "one", "status": "ok", "reason": "", "provenance": provenance}
    file.write_text(json.dumps([record | numbers]))
    assert run(["reproduce", str(file)]) == 1
    said = capsys.readouterr()
    assert "uv pip failed" in said.err and "bs-clash-old==0.5.0" in said.err and said.out == ""


def test_versions_that_a_record_names():
    part = {"identifier": "x", "distribution": "bs-x", "version": "1.2"}
    named = {"model": part, "metric": None, "stimuli": [part | {"distribution": "bs-s"}], "libraries": {"numpy": "2.4"}}
    assert versions(named) == {"bs-x": "1.2", "bs-s": "1.2", "numpy": "2.4"}
    assert Difference("score", 0.1, 0.1 + 1e-12).same and not Difference("score", 0.1, 0.1001).same
    assert not Difference("score", 0.1, None).same


@pytest.mark.parametrize(
    ("said", "ends", "attempts"),
    [
        ("error: Failed to write to the cache: No space left on device (os error 28)", "stops", 0),
        ("error: Request failed: error sending request for url", "lost: uv pip failed", 4),
        ("error: because bs-x==7 was not found, your requirements are unsatisfiable", "environment: uv pip failed", 1),
    ],
)
def test_what_hinders_uv_is_the_pairs_fault_or_the_machines(
    site, database, tmp_path, monkeypatch, said, ends, attempts
):
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 2\n")
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", str(uv.parent), prepend=os.pathsep)
    campaign = Campaign.create(database, "first", ["good-0"], ["one"])

    def isolated():
        return campaign.run(executor("local", workers=1), python=interpreter)

    if ends == "stops":
        with pytest.raises(StorageError, match="could not be attempted .*No space left"):
            isolated()
    else:
        assert isolated() == {"failed": 1} and campaign.pairs()[0].reason.startswith(ends)
    (pair,) = campaign.pairs()
    assert (pair.status == "pending") == (ends == "stops") and pair.attempts == attempts
