from pathlib import Path

import pytest

from brainscore_core.data import home
from brainscore_core.errors import InvalidParameter


def test_home_is_read_at_each_call(tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "one"))
    assert home.data_folder() == tmp_path / "one" / "data"
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "two"))
    assert home.cache_folder() == tmp_path / "two" / "cache"
    assert home.config_folder() == tmp_path / "two" / "config"


@pytest.mark.parametrize("value", [None, ""])
def test_home_by_default(value, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.delenv("BRAINSCORE_HOME") if value is None else monkeypatch.setenv("BRAINSCORE_HOME", value)
    assert home.home() == tmp_path / ".brainscore"


def test_home_knows_the_tilde_and_is_absolute(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("BRAINSCORE_HOME", "~/scores")
    assert home.home() == tmp_path / "scores"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRAINSCORE_HOME", "relative")
    assert home.home() == tmp_path / "relative"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), ("true", True), ("YES", True), ("0", False), ("", False), ("no", False), ("off", False)],
)
def test_offline(value, expected, monkeypatch):
    monkeypatch.setenv("BRAINSCORE_OFFLINE", value)
    assert home.offline() is expected


def test_offline_may_not_be_misspelt(monkeypatch):
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "ture")
    with pytest.raises(InvalidParameter, match="ture"):
        home.offline()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", []),
        ("/a:/b", ["/a", "/b"]),
        ("/a:/b:", ["/a", "/b"]),
        ("https://h/x", ["https://h/x"]),
        ("https://h:8080/x/", ["https://h:8080/x"]),
        ("/a:https://h:8080/x:/b", ["/a", "https://h:8080/x", "/b"]),
        ("https://h:8080:/b", ["https://h:8080", "/b"]),
        ("https://h/x:https://i/y", ["https://h/x", "https://i/y"]),
        ("https://h/x, /a\nhttps://i", ["https://h/x", "/a", "https://i"]),
        ("/with blank:/b", ["/with blank", "/b"]),
        ("file:///a/b,s3://bucket/x", ["file:///a/b", "s3://bucket/x"]),
        ("/a;/b", ["/a", "/b"]),
    ],
)
@pytest.mark.skipif("os.name == 'nt'", reason="folders are written otherwise there")
def test_mirrors(value, expected, monkeypatch):
    monkeypatch.setenv("BRAINSCORE_MIRRORS", value)
    assert home.mirrors() == expected


def test_a_relative_mirror_is_made_absolute(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRAINSCORE_MIRRORS", "data")
    assert home.mirrors() == [str(Path(tmp_path) / "data")]
