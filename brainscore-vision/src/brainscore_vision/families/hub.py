"""What the Hugging Face Hub says of a file before it is fetched: its SHA-256 and the commit it belongs to."""

import re
import urllib.error
import urllib.request
from email.message import Message
from typing import IO, NamedTuple
from urllib.parse import urljoin, urlsplit

from brainscore_core.errors import DataUnavailable

_SILENCE = 60.0  # seconds without an answer
_HOPS = 5


class HubFile(NamedTuple):
    """A file at a fixed commit."""

    sha256: str
    place: str


def hub_place(repository: str, filename: str, revision: str = "main") -> str:
    """The address of a file, as ``hub_place("google/vit-base-patch16-224", "model.safetensors")``."""
    return f"https://huggingface.co/{repository}/resolve/{revision}/{filename}"


def file_of(place: str) -> HubFile:
    """Ask the server for the headers of a file.

    Raises
    ------
    DataUnavailable
        If it does not answer, or does not say a SHA-256.
    """
    address = place
    for _ in range(_HOPS):
        status, headers = _head(address)
        sha256 = headers.get("X-Linked-Etag", headers.get("ETag", "")).strip('"').removeprefix('W/"')
        if re.fullmatch(r"[0-9a-f]{64}", sha256):
            commit = headers.get("X-Repo-Commit", "")
            fixed = re.sub(r"/resolve/[^/]+/", f"/resolve/{commit}/", address, count=1) if commit else address
            return HubFile(sha256, fixed)
        target = urljoin(address, headers.get("Location", address))
        if status // 100 != 3 or urlsplit(target).netloc != urlsplit(address).netloc or target == address:
            break
        address = target  # the repository was renamed
    raise DataUnavailable(
        f"{urlsplit(place).netloc} says no SHA-256 of {place} (HTTP {status})",
        remedy="say it: load_model(..., sha256=...)",
    )


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
