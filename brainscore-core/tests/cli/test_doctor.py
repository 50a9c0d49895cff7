"""doctor: says what is wrong with each thing that can be, and nothing where nothing is."""

import http.server
import threading
from functools import partial

import pytest

from brainscore_core.cli import checkup


def test_healthy(toy, brainscore):
    answer = brainscore("doctor", "--no-network")
    assert answer.code == 0, answer.out
    assert "problems: none" in answer.out
    report = brainscore("doctor", "--no-network", "--json").json
    assert report["ok"]
    assert report["installed"]["benchmarks"] == 5
    assert report["storage"]["writable"]


@pytest.mark.parametrize(
    "more, code, named",
    [
        (dict(entry_points_text="[console_scripts]\nno equals sign\n"), "malformed-entry-points", "no equals sign"),
        (dict(metadata=False), "missing-metadata", "bs-ill"),
        (dict(requires=["brainscore-core>=3", "brainscore-toy>=9"]), "incompatible", "brainscore-toy"),
        ({}, "broken-plugin", "no torch here"),
    ],
    ids=["malformed", "no-metadata", "incompatible", "raises"],
)
def test_ill_distribution(toy, also, brainscore, more, code, named):
    also("bs-ill", "brainscore.toy.models", {"ill": "bs_ill:model"}, "raise ImportError('no torch here')", **more)
    answer = brainscore("doctor", "--no-network", "--json")
    assert answer.code == 1
    found = [problem for problem in answer.json["problems"] if problem["code"] == code]
    assert found and found[0]["distribution"] == "bs-ill"
    assert named in found[0]["what"] + found[0]["distribution"]
    assert found[0]["remedy"]
    shown = brainscore("doctor", "--no-network")
    assert f"bs-ill [{code}]" in shown.out and found[0]["remedy"] in shown.out


def test_a_benchmark_that_hangs_below_no_node(toy, also, brainscore):
    points = {"Toy2020.lost": "toy:lost", "Toy2020.bad": "bs_more:nothing"}
    also("bs-more", "brainscore.toy.benchmarks", points, "")
    answer = brainscore("doctor", "--no-network", "--json")
    assert answer.code == 1
    broken, lost = answer.json["problems"]
    assert (broken["code"], lost["code"], lost["distribution"]) == ("broken-plugin", "no-place", "bs-more")
    assert lost["what"] == "Toy2020.lost enters no average: it hangs below 'nowhere', which toy has not"
    assert lost["remedy"] == "tell the authors of bs-more: expected parent= one of A, B, whole"


def test_brain_score_2_in_our_place(toy, install, brainscore):
    (old,) = toy.glob("brainscore_vision-3*.dist-info")
    old.rename(toy / "brainscore_vision-3.gone")
    install("brainscore-vision", "2.4.2")
    problems = brainscore("doctor", "--no-network", "--json").json["problems"]
    assert [(problem["code"], problem["distribution"]) for problem in problems] == [("not-ours", "brainscore-vision")]
    assert 'pip install "brainscore-vision>=3,<4"' in problems[0]["remedy"]


def test_home_that_cannot_be_written(toy, brainscore, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "file" / "home"))
    answer = brainscore("doctor", "--no-network")
    assert answer.code == 1
    assert "CANNOT BE WRITTEN: set BRAINSCORE_HOME" in answer.out


def test_mirrors(toy, brainscore, tmp_path, monkeypatch):
    good, empty, nowhere = tmp_path / "good", tmp_path / "empty", tmp_path / "nowhere"
    good.mkdir(), empty.mkdir()
    (good / "index.csv").write_text("sha256,sha1,size,path\n")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", f"{good.as_uri()},{empty},{nowhere},http://mirror.invalid/data")
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    answer = brainscore("doctor", "--json")
    reach = answer.json["reach"]
    assert reach["offline"]
    assert reach["mirrors"] == {
        good.as_uri(): "ok",
        str(empty): "has no index.csv",
        str(nowhere): "is no folder",
        "http://mirror.invalid/data": "not asked",
    }


def test_mirrors_that_are_useless_are_problems(toy, brainscore, tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINSCORE_MIRRORS", f"{tmp_path / 'nowhere'},http://mirror.invalid/data")
    answer = brainscore("doctor", "--no-network", "--json")
    assert answer.code == 1 and not answer.json["ok"]
    [problem] = answer.json["problems"]
    assert (problem["code"], problem["what"]) == ("unusable-mirror", f"{tmp_path / 'nowhere'} is no folder")
    assert "BRAINSCORE_MIRRORS [unusable-mirror]" in brainscore("doctor", "--no-network").out


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_hosts_are_asked(tmp_path):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        assert checkup._state(address, look=True) == "ok"
        assert checkup._state(f"{address}/missing", look=True) == "ok"  # the host answered
        assert checkup._mirror_state(address, look=True) == "has no index.csv"
        (tmp_path / "index.csv").write_text("sha256,sha1,size,path\n")
        assert checkup._mirror_state(address, look=True) == "ok"
        server.shutdown()
        thread.join()
    assert checkup._state(address, look=True).startswith("cannot be reached")
