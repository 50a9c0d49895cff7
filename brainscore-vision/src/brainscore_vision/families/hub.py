"""What a server says of a file before it is fetched: the Hugging Face Hub its digest and commit, Google's its MD5."""

import binascii
import hashlib
import re
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import urljoin, urlsplit

from brainscore_core.errors import DataUnavailable

_SILENCE = 60.0  # seconds without an answer
_HOPS = 5


class HubFile(NamedTuple):
    """A file at a fixed commit.

    Parameters
    ----------
    place : str
    sha256 : str
        Of large files; ``""`` for small ones.
    blob : str
        Of small files: the SHA-1 by which git names them.
    md5 : str
        Of files on Google's storage.
    """

    place: str
    sha256: str = ""
    blob: str = ""
    md5: str = ""


def hub_place(repository: str, filename: str, revision: str = "main") -> str:
    """The address of a file, as ``hub_place("google/vit-base-patch16-224", "model.safetensors")``."""
    return f"https://huggingface.co/{repository}/resolve/{revision}/{filename}"


def file_of(place: str) -> HubFile:
    """Ask the server for the headers of a file.

    Raises
    ------
    DataUnavailable
        If it does not answer, or does not say a digest.
    """
    address = place
    for _ in range(_HOPS):
        status, headers = _head(address)
        digest = headers.get("X-Linked-Etag", headers.get("ETag", "")).removeprefix("W/").strip('"')
        commit = headers.get("X-Repo-Commit", "")
        fixed = re.sub(r"/resolve/[^/]+/", f"/resolve/{commit}/", address, count=1) if commit else address
        if re.fullmatch(r"[0-9a-f]{64}", digest):
            return HubFile(fixed, sha256=digest)
        if re.fullmatch(r"[0-9a-f]{40}", digest) and commit and status == 200:
            return HubFile(fixed, blob=digest)
        if status == 200 and (md5 := _google_md5(headers)):
            return HubFile(address, md5=md5)
        target = urljoin(address, headers.get("Location", address))
        if status // 100 != 3 or urlsplit(target).netloc != urlsplit(address).netloc or target == address:
            break
        address = target  # the repository was renamed
    raise DataUnavailable(
        f"{urlsplit(place).netloc} says no SHA-256 of {place} (HTTP {status})",
        remedy="say it: load_model(..., sha256=...)",
    )


def blob_of(path: Path) -> str:
    """The SHA-1 by which git names a file of this content."""
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def md5_of(path: Path) -> str:
    """The MD5 of a file, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _google_md5(headers: Message) -> str:
    """Of the headers ``x-goog-hash: crc32c=...`` and ``x-goog-hash: md5=...``, in base 64, the latter."""
    parts = ",".join(headers.get_all("x-goog-hash", [])).split(",")
    found = next((part.strip()[4:] for part in parts if part.strip().startswith("md5=")), "")
    try:
        digest = binascii.a2b_base64(found).hex()
    except binascii.Error:
        return ""
    return digest if len(digest) == 32 else ""


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer: the headers we want are those of the first."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


def _head(address: str) -> tuple[int, Message]:
    if urlsplit(address).scheme not in ("http", "https"):
        raise DataUnavailable(f"{address} has no headers", remedy="say sha256=")
    request = urllib.request.Request(address, method="HEAD", headers={"Accept-Encoding": "identity"})
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=_SILENCE) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers
    except (OSError, ValueError) as error:
        raise DataUnavailable(f"{address} does not answer ({error})", remedy="check your connection") from error
