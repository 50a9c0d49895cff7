"""Files of weights: fetched by hash, pinned where only a part of it was published."""

import base64
import hashlib
import json

import pytest

from brainscore_core.errors import DataUnavailable, HashMismatch, InvalidParameter
from brainscore_vision.families import Weights
from brainscore_vision.families.hub import hub_place

from .conftest import sha256, trained

CONTENT = trained(1)
WHOLE = sha256(CONTENT)


def stored(home) -> list[str]:
    return sorted(path.name for path in home.rglob("*.pth") if not path.name.startswith("."))


def test_the_whole_hash(server, home):
    weights = Weights("net.pth", (server.put("net.pth", CONTENT),), WHOLE)
    path, digest = weights.fetch()
    assert path.read_bytes() == CONTENT
    assert digest == WHOLE
    weights.fetch()
    assert [method for method, _ in server.log] == ["GET"]
    assert not (home / "config").exists()
    assert weights.known == "sha256"


def test_another_file_is_refused(server, home):
    weights = Weights("net.pth", (server.put("net.pth", CONTENT + b"x"),), WHOLE)
    with pytest.raises(HashMismatch, match="net.pth"):
        weights.fetch()
    assert stored(home) == []


def test_a_prefix_is_checked_and_what_arrived_is_pinned(server, home):
    place = server.put("net.pth", CONTENT)
    weights = Weights("net.pth", (place,), WHOLE[:8])
    assert weights.known == "sha256 prefix, as published in the file name"
    path, digest = weights.fetch()
    assert (path.read_bytes(), digest) == (CONTENT, WHOLE)
    assert json.loads((home / "config" / "weights.json").read_text()) == {place: WHOLE}
    assert weights.fetch() == (path, WHOLE)
    assert len(server.log) == 1
    path.unlink()
    server.put("net.pth", CONTENT + b"x")
    with pytest.raises(HashMismatch):
        weights.fetch()
    assert stored(home) == []


@pytest.mark.parametrize("arrives", [CONTENT[:-7], CONTENT + b"x", b""], ids=["truncated", "longer", "empty"])
def test_another_prefix_is_refused_and_nothing_is_kept(server, home, arrives):
    weights = Weights("net.pth", (server.put("net.pth", arrives),), WHOLE[:8], len(CONTENT))
    with pytest.raises(HashMismatch):
        weights.fetch()
    assert stored(home) == []
    assert not (home / "config").exists()
    assert not list((home / "data").glob(".first-*"))


def test_places_are_tried_in_order(server):
    places = f"{server.address}/gone.pth", server.put("net.pth", CONTENT)
    assert Weights("net.pth", places, WHOLE[:10]).fetch()[1] == WHOLE
    assert [path for _, path in server.log] == ["gone.pth", "net.pth"]


def test_a_stated_hash_is_what_counts(server, home):
    weights = Weights("net.pth", (server.put("net.pth", CONTENT),))
    assert weights.fetch(WHOLE.upper())[1] == WHOLE
    assert server.log == [("GET", "net.pth")]
    with pytest.raises(HashMismatch):
        weights.fetch("0" * 64)
    with pytest.raises(InvalidParameter, match="begin with"):
        Weights("net.pth", weights.places, WHOLE[:8]).fetch("0" * 64)
    with pytest.raises(InvalidParameter, match="64 hexadecimal digits"):
        weights.fetch(WHOLE[:8])


def test_what_nobody_published_is_asked_of_the_server(server, home):
    path, commit = "org/net/resolve/{}/net.pth", "c0ffee"
    place = server.put(path.format("main"), CONTENT)
    server.put(path.format(commit), CONTENT)
    server.headers[path.format("main")] = {
        "X-Linked-Etag": f'"{WHOLE}"',
        "X-Repo-Commit": commit,
        "Location": "https://elsewhere.invalid/blob",
    }
    weights = Weights("net.pth", (place,))
    assert weights.known == "not known; pinned at first use"
    assert weights.fetch()[1] == WHOLE
    assert server.log == [("HEAD", path.format("main")), ("GET", path.format(commit))]
    assert json.loads((home / "config" / "weights.json").read_text()) == {place: WHOLE}
    weights.fetch()
    assert len(server.log) == 2


def test_a_small_file_is_checked_by_the_name_that_git_gives_it(server, home):
    text = b'{"model_type": "vit"}\n'
    place = server.put("org/net/resolve/main/config.json", text)
    fixed = "org/net/resolve/c0ffee/config.json"
    server.put(fixed, text)
    blob = hashlib.sha1(b"blob 22\0" + text).hexdigest()
    server.headers["org/net/resolve/main/config.json"] = {"ETag": f'"{blob}"', "X-Repo-Commit": "c0ffee"}
    path, digest = Weights("config.json", (place,)).fetch()
    assert (path.read_bytes(), digest) == (text, sha256(text))
    assert server.log[1:] == [("GET", fixed)]
    assert Weights("config.json", (place,)).fetch() == (path, digest)
    (home / "config" / "weights.json").unlink()
    server.put(fixed, text.replace(b"vit", b"vot"))
    with pytest.raises(HashMismatch, match=blob):
        Weights("config.json", (place,)).fetch()


def test_a_renamed_repository_is_followed(server):
    server.put("new/resolve/main/net.pth", CONTENT)
    server.headers["old/resolve/main/net.pth"] = {"Location": "/new/resolve/main/net.pth"}
    server.headers["new/resolve/main/net.pth"] = {"X-Linked-Etag": f'"{WHOLE}"'}
    assert Weights("net.pth", (f"{server.address}/old/resolve/main/net.pth",)).fetch()[1] == WHOLE


@pytest.mark.parametrize("headers", [{}, {"ETag": '"0123456789abcdef"'}, {"Location": "/net.pth"}])
def test_a_server_that_states_no_hash_gets_no_file_in(server, home, headers):
    weights = Weights("net.pth", (server.put("net.pth", CONTENT),))
    server.headers["net.pth"] = headers
    with pytest.raises(DataUnavailable, match="sha256="):
        weights.fetch()
    assert stored(home) == []
    assert {method for method, _ in server.log} == {"HEAD"}


@pytest.mark.parametrize("known", [WHOLE, WHOLE[:8], ""])
def test_offline(server, monkeypatch, known):
    weights = Weights("net.pth", (server.put("net.pth", CONTENT),), known)
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    with pytest.raises(DataUnavailable, match="BRAINSCORE_OFFLINE"):
        weights.fetch()
    assert server.log == []


def test_a_damaged_file_of_pins_is_said_and_replaced(server, home, caplog):
    weights = Weights("net.pth", (server.put("net.pth", CONTENT),), WHOLE[:8])
    (home / "config").mkdir(parents=True)
    (home / "config" / "weights.json").write_text("{")
    assert weights.fetch()[1] == WHOLE
    assert "pinned anew" in caplog.text
    assert WHOLE in (home / "config" / "weights.json").read_text()


def test_a_pin_that_contradicts_the_publisher_counts_for_nothing(server, home):
    place = server.put("net.pth", CONTENT)
    (home / "config").mkdir(parents=True)
    (home / "config" / "weights.json").write_text(json.dumps({place: "0" * 64}))
    assert Weights("net.pth", (place,), WHOLE[:8]).fetch()[1] == WHOLE


@pytest.mark.parametrize("wrong", ["abc", "g" * 64, "0" * 65, "ABCDEF01"])
def test_a_hash_that_is_none_is_refused(wrong):
    with pytest.raises(InvalidParameter, match="64 hexadecimal digits"):
        Weights("net.pth", (), wrong)


def test_addresses_of_the_hub():
    assert hub_place("org/net", "a.bin") == "https://huggingface.co/org/net/resolve/main/a.bin"


MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()


def test_a_published_md5_is_checked_and_what_arrived_is_pinned(server, home):
    place = server.put("net.pth", CONTENT)
    weights = Weights("net.pth", (place,), md5=MD5)
    assert weights.known == "md5, as published; sha256 pinned at first use"
    assert weights.to_dict()["md5"] == MD5
    assert weights.stated == f"md5:{MD5}"
    assert weights.fetch()[1] == WHOLE
    assert json.loads((home / "config" / "weights.json").read_text()) == {place: WHOLE}
    assert server.log == [("GET", "net.pth")]


def test_another_md5_is_refused_and_nothing_is_kept(server, home):
    weights = Weights("net.pth", (server.put("net.pth", CONTENT + b"x"),), md5=MD5)
    with pytest.raises(HashMismatch, match=MD5):
        weights.fetch()
    assert stored(home) == []
    assert not (home / "config").exists()
    with pytest.raises(InvalidParameter, match="32 hexadecimal digits"):
        Weights("net.pth", (), md5=WHOLE)


@pytest.mark.parametrize("arrives", [CONTENT, CONTENT[:-1]], ids=["whole", "truncated"])
def test_the_md5_that_googles_storage_states_is_checked(server, home, arrives):
    place = server.put("net.pth", arrives)
    stated = base64.b64encode(bytes.fromhex(MD5)).decode()
    server.headers["net.pth"] = {"x-goog-hash": f"crc32c=n03x6A==,md5={stated}", "ETag": '"no-digest"'}
    weights = Weights("net.pth", (place,))
    if arrives == CONTENT:
        assert weights.fetch()[1] == WHOLE
        return
    with pytest.raises(HashMismatch, match=MD5):
        weights.fetch()
    assert stored(home) == []


def test_a_server_that_states_no_digest_is_not_believed(server):
    place = server.put("net.pth", CONTENT)
    server.headers["net.pth"] = {"x-goog-hash": "crc32c=n03x6A=="}
    with pytest.raises(DataUnavailable, match="SHA-256"):
        Weights("net.pth", (place,)).fetch()
