"""What a file is, said without touching it."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from brainscore_core.errors import InvalidParameter

_HEX_LENGTH = {"sha256": 64, "sha1": 40}
_ECOSYSTEM_PREFIX = {"nc": "assy_", "csv": "stimulus_", "zip": "stimulus_"}


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
        _check_filename(self.filename)
        object.__setattr__(self, "places", tuple(_checked_place(place, self.filename) for place in self.places))
        for name in _HEX_LENGTH:
            object.__setattr__(self, name, _checked_digest(name, getattr(self, name), self.filename))
        if not (self.sha256 or self.sha1):
            raise InvalidParameter(
                f"source {self.filename!r} has neither sha256 nor sha1",
                expected="the digest of its bytes",
                remedy="compute one, e.g. with sha256sum",
            )
        if self.size is not None and (not isinstance(self.size, int) or isinstance(self.size, bool) or self.size < 0):
            raise InvalidParameter(f"source {self.filename!r} has size={self.size!r}", expected="a number of bytes")
        if self.access not in ("public", "private"):
            raise InvalidParameter(
                f"source {self.filename!r} has access={self.access!r}", expected="'public' or 'private'"
            )

    @property
    def key(self) -> str:
        """The address of the content: its sha256, or its sha1 where that is all there is."""
        return self.sha256 or self.sha1 or ""

    @property
    def digests(self) -> dict[str, str]:
        """Every digest that was given, by algorithm."""
        return {name: digest for name in _HEX_LENGTH if (digest := getattr(self, name))}


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
    _check_filename(filename)
    key = f"{folder}/{filename}" if folder else filename
    version = f"?versionId={quote(version_id, safe='')}" if version_id and version_id != "null" else ""
    return f"s3://{name}/{key}{version}" if signed else f"https://{name}.s3.amazonaws.com/{quote(key)}{version}"


def ecosystem_filename(identifier: str, kind: Literal["nc", "csv", "zip"], prefix: str | None = None) -> str:
    """The file name the existing ecosystem gives an assembly (``nc``) or the two files of a stimulus set.

    ``prefix`` replaces ``assy_`` or ``stimulus_``; old stimulus sets use ``image_``.
    """
    if kind not in _ECOSYSTEM_PREFIX:
        raise InvalidParameter(f"file kind {kind!r}", expected=" or ".join(map(repr, _ECOSYSTEM_PREFIX)))
    return f"{_ECOSYSTEM_PREFIX[kind] if prefix is None else prefix}{identifier.replace('.', '_')}.{kind}"


def _check_filename(filename: str) -> None:
    if not isinstance(filename, str) or not re.fullmatch(r"[^/\\:\x00-\x1f]{1,200}", filename) or filename[0] == ".":
        raise InvalidParameter(f"file name {filename!r}", expected="one name without folder, not starting with a dot")


def _checked_place(place: str, filename: str) -> str:
    if not isinstance(place, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*://\S+", place):
        raise InvalidParameter(
            f"source {filename!r} has place {place!r}",
            expected="an address such as https://...",
            remedy="write a blank as %20, and a local path as Path(...).as_uri()",
        )
    return place


def _checked_digest(name: str, digest: str | None, filename: str) -> str | None:
    if digest is None:
        return None
    if not isinstance(digest, str) or not re.fullmatch(f"[0-9a-fA-F]{{{_HEX_LENGTH[name]}}}", digest):
        raise InvalidParameter(
            f"source {filename!r} has {name}={digest!r}", expected=f"{_HEX_LENGTH[name]} hexadecimal digits"
        )
    return digest.lower()
