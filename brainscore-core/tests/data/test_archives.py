import io
import resource
import signal
import stat
import subprocess
import sys
import tarfile
import threading
import time
import zipfile

import pytest

from brainscore_core.data.archives import unpack_archive
from brainscore_core.data.store import unpack
from brainscore_core.errors import DataUnavailable, InvalidFile, StorageError, UnsafeArchive

FILES = {"image0001.jpg": b"\xff\xd8" + bytes(range(256)), "deep/er/ünïcode name.png": b"png", "empty": b""}


def make_zip(path, files, **info):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            for key, value in info.items():
                setattr(member, key, value)
            archive.writestr(member, content)
    return path


def make_tar(path, files, mode="w", **info):
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            for key, value in info.items():
                setattr(member, key, value)
            archive.addfile(member, io.BytesIO(content))
    return path


def read_all(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    "make",
    [
        lambda path: make_zip(path, FILES),
        lambda path: make_tar(path, FILES),
        lambda path: make_tar(path, FILES, "w:gz"),
        lambda path: make_tar(path, FILES, "w:xz"),
        lambda path: make_tar(path, {f"./{name}": content for name, content in FILES.items()}, "w:bz2"),
    ],
)
def test_everything_arrives_whatever_the_name_of_the_archive(make, tmp_path):
    archive = make(tmp_path / "archive.bin")
    assert unpack_archive(archive, tmp_path / "out") == tmp_path / "out"
    assert read_all(tmp_path / "out") == FILES
    assert left_in(tmp_path) == ["archive.bin", "out"]


def test_folders_in_an_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.mkdir("empty folder")
        archive.writestr("b/c.txt", "c")
    unpack_archive(tmp_path / "a.zip", tmp_path / "out")
    assert (tmp_path / "out/empty folder").is_dir()


def test_backslashes_separate_folders(tmp_path):
    unpack_archive(make_tar(tmp_path / "a.tar", {"b\\c.txt": b"c"}), tmp_path / "out")
    assert read_all(tmp_path / "out") == {"b/c.txt": b"c"}


def test_permissions_are_not_taken_over(tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        member = tarfile.TarInfo("a")
        member.mode = 0o6777
        archive.addfile(member)
    unpack_archive(tmp_path / "a.tar", tmp_path / "out")
    assert stat.S_IMODE((tmp_path / "out/a").stat().st_mode) & 0o7111 == 0


@pytest.mark.parametrize("make", [make_zip, make_tar])
@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/evil", "..\\evil", "C:\\evil", "c:evil", "a/.."])
def test_nothing_is_written_outside(make, name, tmp_path):
    folder = tmp_path / "inner"
    folder.mkdir()
    archive = make(folder / "a", {"good": b"good", name: b"evil"})
    with pytest.raises(UnsafeArchive, match="would write outside"):
        unpack_archive(archive, folder / "out")
    assert left_in(folder) == ["a"]
    assert left_in(tmp_path) == ["inner"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
@pytest.mark.parametrize("target", ["/etc/passwd", "good"])
def test_links_and_devices_in_a_tar(kind, target, tmp_path):
    with tarfile.open(tmp_path / "a", "w") as archive:
        archive.addfile(tarfile.TarInfo("good"))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = kind, target
        archive.addfile(link)
    with pytest.raises(UnsafeArchive, match="'link'.*link or a device"):
        unpack_archive(tmp_path / "a", tmp_path / "out")
    assert left_in(tmp_path) == ["a"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_in_a_zip(kind, tmp_path):
    make_zip(tmp_path / "a", {"link": b"/etc"}, external_attr=(kind | 0o777) << 16)
    with pytest.raises(UnsafeArchive, match="'link'.*link or a device"):
        unpack_archive(tmp_path / "a", tmp_path / "out")
    assert left_in(tmp_path) == ["a"]


def test_an_encrypted_zip(tmp_path):
    raw = bytearray(make_zip(tmp_path / "a", {"secret": b"secret"}).read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + offset] |= 1
    (tmp_path / "a").write_bytes(raw)
    with pytest.raises(InvalidFile, match="secret.*is encrypted"):
        unpack_archive(tmp_path / "a", tmp_path / "out")
    assert left_in(tmp_path) == ["a"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("twice", ["a.txt", "./a.txt"])
def test_one_name_twice(twice, tmp_path):
    with zipfile.ZipFile(tmp_path / "a", "w") as archive:
        archive.writestr("a.txt", "one")
        archive.writestr(twice, "two")
    with pytest.raises(UnsafeArchive, match="twice"):
        unpack_archive(tmp_path / "a", tmp_path / "out")


@pytest.mark.parametrize("make", [make_zip, lambda path, files: make_tar(path, files, "w:gz")])
def test_a_bomb(make, tmp_path, monkeypatch):
    archive = make(tmp_path / "a", {"zeros": bytes(1_000_000), "more": bytes(1_000_000)})
    monkeypatch.setattr("brainscore_core.data.archives._FLOOR", 1_500_000)
    with pytest.raises(UnsafeArchive, match="more than 1500000 bytes.*max_size"):
        unpack_archive(archive, tmp_path / "out")
    assert left_in(tmp_path) == ["a"]
    assert len(read_all(unpack_archive(archive, tmp_path / "out", max_size=2_000_000))) == 2


def test_too_many_files(tmp_path, monkeypatch):
    archive = make_zip(tmp_path / "a", {str(number): b"" for number in range(4)})
    monkeypatch.setattr("brainscore_core.data.archives._MEMBERS", 3)
    with pytest.raises(UnsafeArchive, match="3 files"):
        unpack_archive(archive, tmp_path / "out")


@pytest.mark.parametrize(
    ("mode", "damage"),
    [
        ("zip", "cut"),
        ("zip", "flipped"),
        ("w:gz", "cut"),
        ("w:gz", "flipped"),
        ("w:xz", "cut"),
        ("w:xz", "flipped"),
        ("w", "cut"),  # a plain tar has no checksum over its content; the digest of a source has
    ],
)
def test_a_damaged_archive(mode, damage, tmp_path, content):
    files = {"x": content[:100_000], "y": content[100_000:200_000]}
    archive = make_zip(tmp_path / "a", files) if mode == "zip" else make_tar(tmp_path / "a", files, mode)
    raw = bytearray(archive.read_bytes())
    if damage == "cut":
        del raw[150_000:]
    else:
        raw[50_000] ^= 0xFF
    (tmp_path / "a").write_bytes(raw)
    with pytest.raises(InvalidFile, match="^a "):
        unpack_archive(tmp_path / "a", tmp_path / "out")
    assert left_in(tmp_path) == ["a"]


@pytest.mark.parametrize("content", [b"", b"no archive", bytes(100)])
def test_no_archive(content, tmp_path):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(InvalidFile, match="neither a zip nor a tar"):
        unpack_archive(tmp_path / "a", tmp_path / "out")
    with pytest.raises(DataUnavailable, match="missing"):
        unpack_archive(tmp_path / "missing", tmp_path / "out")


def test_into_an_empty_folder_but_not_into_a_used_one(tmp_path):
    archive = make_zip(tmp_path / "a", FILES)
    (tmp_path / "out").mkdir()
    unpack_archive(archive, tmp_path / "out")
    with pytest.raises(StorageError, match="cannot write in .*not empty"):
        unpack_archive(archive, tmp_path / "out")
    assert read_all(tmp_path / "out") == FILES


def test_a_source_is_unpacked_once(tmp_path, describe, monkeypatch):
    archive = make_zip(tmp_path / "a", FILES)
    source = describe(archive.read_bytes(), archive.as_uri(), filename="stimuli.zip")
    folder = unpack(source)
    assert read_all(folder) == FILES
    monkeypatch.setattr("brainscore_core.data.store.unpack_archive", lambda *args, **options: pytest.fail("again"))
    assert unpack(source) == folder


def test_no_room_leaves_nothing(tmp_path):
    archive = make_zip(tmp_path / "a", {"small": b"x", "large": bytes(5_000_000)})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(StorageError, match="cannot write"):
            unpack_archive(archive, tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert left_in(tmp_path) == ["a"]


def test_below_a_file(tmp_path):
    with pytest.raises(StorageError, match="cannot write"):
        unpack_archive(make_zip(tmp_path / "a", FILES), tmp_path / "a" / "out")


def test_killed_while_unpacking(tmp_path, describe):
    archive = make_zip(tmp_path / "a", {f"{number:05d}": b"x" * 100 for number in range(20_000)})
    source = describe(archive.read_bytes(), archive.as_uri(), filename="stimuli.zip")
    code = (
        "import sys; from brainscore_core.data import Source, unpack; "
        "unpack(Source('stimuli.zip', (sys.argv[1],), sha256=sys.argv[2]))"
    )
    process = subprocess.Popen([sys.executable, "-c", code, source.places[0], source.sha256])
    folder = tmp_path / "home/data" / source.key
    deadline, pause = time.monotonic() + 20, threading.Event()
    while not list(folder.glob(".unpacked.*.tmp/*")):
        assert time.monotonic() < deadline
        pause.wait(0.002)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not (folder / "unpacked").exists()
    assert len(read_all(unpack(source))) == 20_000
    assert left_in(folder) == [".verified.json", "stimuli.zip", "unpacked"]
