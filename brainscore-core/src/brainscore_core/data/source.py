"""What a file is, said without touching it."""

import re
from dataclasses import dataclass
from typing import Literal, NoReturn
from urllib.parse import quote

from ..errors import InvalidParameter

_DIGITS = {"sha256": 64, "sha1": 40}


@dataclass(frozen=True)
class Source:
    """One file, named by its content, and the places where it can be had.

    Parameters
    ----------
    filename : str
        The name it has here; no folder.
    places : tuple of str
        Addresses in the order in which they are tried: ``https://``, ``s3://``, ``file://``, or whatever else fsspec
        opens. May be empty for a file that only mirrors hold.
    sha256, sha1 : str, optional
        Hexadecimal digests of the bytes. At least one is required; what is given is checked.
    size : int, optional
        Number of bytes.
    licence, citation : str
        The terms of use (``"not stated"`` where its owners state none), and what to cite.
    access : {"public", "private"}
        Whether everybody may have it. Nothing derived from a private file but its scores leaves the process.

    Raises
    ------
    InvalidParameter
        A field cannot mean what its name says.
    """

    filename: str
    places: tuple[str, ...] = ()
    sha256: str | None = None
    sha1: str | None = None
    size: int | None = None
    licence: str = "not stated"
    citation: str = ""
    access: Literal["public", "private"] = "public"

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", tuple(self.places))
        if not re.fullmatch(r"[^./\\:\x00-\x1f][^/\\:\x00-\x1f]{0,199}", self.filename):
            self._refuse("that name", "one name without folder, not starting with a dot")
        for place in self.places:
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*://\S+", str(place)):
                self._refuse(
                    f"place {place!r}", "https://... or the like, a blank written %20, a path as Path.as_uri()"
                )
        for name, digest in self.digests.items():
            if not re.fullmatch(f"[0-9a-fA-F]{{{_DIGITS[name]}}}", str(digest)):
                self._refuse(f"{name}={digest!r}", f"{_DIGITS[name]} hexadecimal digits")
            object.__setattr__(self, name, digest.lower())
        if not self.digests:
            self._refuse("neither sha256 nor sha1", "the digest of its bytes, as sha256sum computes it")
        if self.size is not None and (type(self.size) is not int or self.size < 0):
            self._refuse(f"size={self.size!r}", "a number of bytes")
        if self.access not in ("public", "private"):
            self._refuse(f"access={self.access!r}", "'public' or 'private'")

    def _refuse(self, what: str, expected: str) -> NoReturn:
        raise InvalidParameter(f"source {self.filename!r} has {what}", expected=expected)

    @property
    def key(self) -> str:
        """The address of the content: its sha256, or its sha1 where that is all there is."""
        return self.sha256 or self.sha1 or ""

    @property
    def digests(self) -> dict[str, str]:
        """Every digest that was given, by algorithm."""
        return {name: digest for name in _DIGITS if (digest := getattr(self, name))}


def s3_address(bucket: str, filename: str, version_id: str | None = None, *, signed: bool = False) -> str:
    """The address of an object as the existing ecosystem states it.

    Parameters
    ----------
    bucket : str
        ``"bucket"`` or ``"bucket/folder/..."``, split at the first slash; the rest is kept to the letter, a trailing
        slash included, because that is how the keys were made.
    filename : str
        Name of the file in that folder.
    version_id : str, optional
        ``"null"`` is S3's name for an object stored without version, and pins nothing: as good as None.
    signed : bool
        True gives ``s3://``, opened with the credentials of the environment; False the public ``https://`` address.
    """
    name, _, folder = bucket.partition("/")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]+", name):
        raise InvalidParameter(f"S3 bucket {bucket!r}", expected="'bucket' or 'bucket/folder'")
    key = f"{folder}/{filename}" if folder else filename
    version = f"?versionId={quote(version_id, safe='')}" if version_id and version_id != "null" else ""
    return f"s3://{name}/{key}{version}" if signed else f"https://{name}.s3.amazonaws.com/{quote(key)}{version}"
