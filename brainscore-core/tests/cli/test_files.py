"""data and cache: what is listed, fetched, verified and pruned."""

import hashlib

import pytest

from brainscore_core.cache import result_cache
from brainscore_core.cli.sizes import Size


def stored(tmp_path):
    return list((tmp_path / "home" / "data").glob("*/numbers.txt"))


def test_data_list_before_and_after_fetching(toy, brainscore, tmp_path):
    (row,) = brainscore("data", "list", "--json").json
    assert (row["identifiers"], row["filename"], row["bytes"], row["stored"]) == (["Toy2020"], "numbers.txt", 11, False)
    answer = brainscore("data", "fetch", "Toy2020")
    assert answer.code == 0
    assert answer.out.split()[-1] == str(stored(tmp_path)[0])
    (row,) = brainscore("data", "list", "--json").json
    assert row["stored"] and row["path"] == str(stored(tmp_path)[0])
    assert "CC0" in brainscore("data", "list", "Toy*").out


def test_data_in_a_mirror_are_not_stored_and_not_missing(toy, brainscore, tmp_path, monkeypatch):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    file = mirror / "numbers.txt"
    file.write_bytes(b"the numbers")
    digest = hashlib.sha256(b"the numbers").hexdigest()
    (mirror / "index.csv").write_text(f"sha256,sha1,size,path\n{digest},,11,numbers.txt\n")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", f"{mirror},{tmp_path / 'nowhere'}")
    assert brainscore("data", "fetch", "Toy2020").out.split()[-1] == str(file)
    (row,) = brainscore("data", "list", "--json").json
    assert (row["stored"], row["path"]) == (False, str(file))
    assert brainscore("data", "list").out.splitlines()[1].split()[4] == "mirror"
    file.unlink()
    assert brainscore("data", "list").out.splitlines()[1].split()[4] == "no"


def test_data_fetch_by_benchmark(toy, brainscore):
    (row,) = brainscore("data", "fetch", "Toy2020.A-*", "--json").json
    assert row["path"].endswith("numbers.txt")


def test_data_fetch_says_what_cannot_be_had(toy, brainscore, tmp_path):
    (tmp_path / "numbers.txt").unlink()
    answer = brainscore("data", "fetch", "Toy2020")
    assert answer.code == 1
    assert "numbers.txt" in answer.err
    assert not answer.out, "no empty table"
    assert not stored(tmp_path)


def test_data_verify_by_name(toy, brainscore):
    assert brainscore("data", "verify", "Toy2020").out.strip().endswith("reason"), "nothing is stored yet"
    assert brainscore("data", "fetch", "Toy2020").code == 0
    (row,) = brainscore("data", "verify", "Toy*", "--json").json
    assert row["ok"] and row["path"].endswith("numbers.txt")
    assert brainscore("data", "verify", "Toy2021").code == 2


def test_data_verify(toy, brainscore, tmp_path):
    assert brainscore("data", "fetch", "Toy2020").code == 0
    assert brainscore("data", "verify").code == 0
    (path,) = stored(tmp_path)
    path.chmod(0o600)
    path.write_bytes(b"other words")
    answer = brainscore("data", "verify", "--json")
    assert answer.code == 1
    assert [(row["path"], row["ok"]) for row in answer.json] == [(str(path), False)]
    assert "corrupt" in brainscore("data", "verify").out
    assert brainscore("data", "fetch", "Toy2020").code == 0
    assert path.read_bytes() == b"the numbers"


def test_data_of_packages_that_are_gone_is_listed(toy, brainscore, monkeypatch):
    from brainscore_core import registry

    assert brainscore("data", "fetch", "Toy2020").code == 0
    for info in toy.glob("*.dist-info"):
        info.rename(info.with_suffix(".gone"))
    registry.refresh()
    (row,) = brainscore("data", "list", "--json").json
    assert (row["identifiers"], row["filename"]) == ([], "numbers.txt")
    assert "(no installed package)" in brainscore("data", "list").out


def test_data_prune(toy, brainscore, tmp_path):
    assert brainscore("data", "fetch", "Toy2020").code == 0
    assert brainscore("data", "prune", "--max-size", "1kB").out.startswith("removed 0 files")
    assert stored(tmp_path)
    assert brainscore("data", "prune", "--max-size", "0").out.startswith("removed 1 files")
    assert not stored(tmp_path)


@pytest.mark.parametrize(
    "arguments",
    [
        ("data", "fetch", "Nothing*"),
        ("data", "list", "Nothing"),
        ("data", "verify", "abcdef"),
        ("data", "prune"),
        ("data", "prune", "--max-size", "much"),
        ("cache", "prune"),
        ("cache", "prune", "--max-size", "-1"),
    ],
)
def test_wrong_input(toy, brainscore, arguments):
    answer = brainscore(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err


def test_a_broken_data_package_hides_no_other(toy, also, brainscore):
    also("bs-bad", "brainscore.datasets", {"Bad2020": "bs_bad:data"}, "raise ImportError('no pandas here')")
    answer = brainscore("data", "list", "--json")
    assert [row["identifiers"] for row in answer.json] == [["Toy2020"]]
    assert "bs-bad" in answer.err


def test_cache(toy, brainscore):
    recipe = {"kind": "ceiling", "metric": "difference", "data": "ab" * 32}
    assert result_cache().json(recipe, lambda: {"value": 0.5}) == {"value": 0.5}
    (row,) = brainscore("cache", "list", "--json").json
    assert (row["kind"], row["rows"], row["recipe"]) == ("results", 1, recipe)
    assert row["bytes"] > 0
    assert "data=abababab kind=ceiling metric=difference" in brainscore("cache", "list").out
    assert brainscore("cache", "prune", "--max-size", "1MB").out.startswith("removed 0 entries")
    assert brainscore("cache", "prune", "--max-size", "0").out.startswith("removed 1 entries")
    assert brainscore("cache", "list", "--json").json == []


@pytest.mark.parametrize(
    "text, count",
    [("0", 0), ("12", 12), ("3kB", 3000), ("1.5 MB", 1_500_000), ("2GB", 2 * 10**9), ("1GiB", 2**30), ("1 tb", 10**12)],
)
def test_sizes(text, count):
    assert Size().convert(text, None, None) == count
