"""The file that a network's parameters come from: where it can be had, and how much of its hash is known.

A file enters through :func:`brainscore_core.data.fetch_weights`, which wants all of a SHA-256. Many publishers state
less: the first digits, in the file's name, or nothing but a header of their server. Then what is stated is checked at
the first download, and the whole hash of what arrived is remembered: from then on it must be that file to the bit.
"""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from brainscore_core.errors import DataUnavailable, HashMismatch, InvalidParameter

if TYPE_CHECKING:
    from .hub import HubFile

_WHOLE = 64


@dataclass(frozen=True)
class Weights:
    """A file of parameters.

    Parameters
    ----------
    filename : str
    places : tuple of str
        Addresses in the order in which they are tried.
    sha256 : str
        Its hexadecimal digits: all 64, or as many of the first as were published, or none.
    size : int, optional
        Number of bytes.
    licence, citation : str
    md5 : str
        Where its publisher states that and no SHA-256: checked at the first download.

    Raises
    ------
    InvalidParameter
    """

    filename: str
    places: tuple[str, ...]
    sha256: str = ""
    size: int | None = None
    licence: str = "not stated"
    citation: str = ""
    md5: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", tuple(self.places))
        if not re.fullmatch(r"[0-9a-f]{0,64}", self.sha256) or 0 < len(self.sha256) < 8:
            raise InvalidParameter(
                f"weights {self.filename!r} have sha256={self.sha256!r}",
                expected="64 hexadecimal digits, the first 8 or more of them, or ''",
            )
        if not re.fullmatch(r"([0-9a-f]{32})?", self.md5):
            raise InvalidParameter(
                f"weights {self.filename!r} have md5={self.md5!r}", expected="32 hexadecimal digits, or ''"
            )

    @property
    def known(self) -> str:
        """How much of the hash is known, in words."""
        if len(self.sha256) == _WHOLE:
            return "sha256"
        if self.md5 and not self.sha256:
            return "md5, as published; sha256 pinned at first use"
        return "sha256 prefix, as published in the file name" if self.sha256 else "not known; pinned at first use"

    @property
    def stated(self) -> str:
        """The digest that was published, or as much of it: hexadecimal digits, after ``md5:`` where it is one."""
        return self.sha256 or (f"md5:{self.md5}" if self.md5 else "not known")

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        known = {"file": self.filename, "places": list(self.places), "sha256": self.sha256, "known": self.known}
        return known | ({"md5": self.md5} if self.md5 else {})

    def fetch(self, sha256: str | None = None) -> tuple[Path, str]:
        """The file on this machine, verified, and its SHA-256.

        Parameters
        ----------
        sha256 : str, optional
            What it must be, from whoever knows.

        Raises
        ------
        InvalidParameter
            If `sha256` cannot be that of this file.
        DataUnavailable, HashMismatch, StorageError
            See :func:`brainscore_core.data.fetch`.
        """
        from brainscore_core.data import fetch_weights

        from . import pins

        whole = self._stated(sha256) or pins.read(self)
        if whole:
            return fetch_weights(self._source(whole, self.places)), whole
        path, whole = self._first_time()
        pins.write(self, whole)
        return path, whole

    def _stated(self, sha256: str | None) -> str:
        if sha256 is None:
            return self.sha256 if len(self.sha256) == _WHOLE else ""
        given = sha256.lower()
        if not re.fullmatch(r"[0-9a-f]{64}", given):
            raise InvalidParameter(f"sha256={sha256!r}", expected="64 hexadecimal digits, as sha256sum prints them")
        if not given.startswith(self.sha256):
            raise InvalidParameter(
                f"sha256={sha256!r} is not that of {self.filename}", expected=f"digits that begin with {self.sha256}"
            )
        return given

    def _source(self, whole: str, places: tuple[str, ...]) -> Any:
        from brainscore_core.data import Source

        return Source(self.filename, places, sha256=whole, size=self.size, licence=self.licence, citation=self.citation)

    def _first_time(self) -> tuple[Path, str]:
        """Fetch a file whose whole hash nobody stated: check what was stated, and say what arrived."""
        from brainscore_core.data import fetch_weights
        from brainscore_core.data.home import data_folder
        from brainscore_core.data.writing import storage_errors

        found = None if self.sha256 or self.md5 else self._on_server()
        if found and found.sha256:
            return fetch_weights(self._source(found.sha256, (found.place, *self.places))), found.sha256
        with storage_errors(data_folder()):
            data_folder().mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".first-", dir=data_folder()) as folder:
                part = Path(folder) / self.filename
                whole = self._download(part, found)
                return fetch_weights(self._source(whole, (part.as_uri(),))), whole

    def _download(self, part: Path, found: "HubFile | None") -> str:
        """Fill `part` from the first place that delivers; its SHA-256, where the file is what was stated."""
        from brainscore_core.data.home import offline
        from brainscore_core.data.store import hash_file
        from brainscore_core.data.transfer import PartFile, PlaceFailed, read_into

        failures: list[str] = []
        for place in (found.place,) if found else self.places:
            if offline() and not place.startswith("file:"):
                continue
            part.unlink(missing_ok=True)
            try:
                read_into(place, PartFile(part, self.size))
            except PlaceFailed as failure:
                failures.append(f"{place}: {failure}")
                continue
            whole = hash_file(part, "sha256")
            if expected := self._differs(part, whole, found):
                raise HashMismatch(
                    f"{self.filename} arrives from {place} as something else (sha256 {whole})",
                    expected=expected,
                    remedy="check the address and your connection; nothing was kept",
                )
            return whole
        self._not_to_be_had("; ".join(failures))

    def _differs(self, part: Path, whole: str, found: "HubFile | None") -> str:
        """What was stated of a file that is another; of the right one nothing."""
        from .hub import blob_of, md5_of

        if not whole.startswith(self.sha256):
            return f"a sha256 that begins with {self.sha256}"
        if found and found.blob and blob_of(part) != found.blob:
            return f"the blob {found.blob}"
        md5 = self.md5 or (found.md5 if found else "")
        return f"the md5 {md5}" if md5 and md5_of(part) != md5 else ""

    def _on_server(self) -> "HubFile":
        """What the first server that answers says of the file."""
        from brainscore_core.data.home import offline

        from .hub import file_of

        failures: list[str] = []
        for place in () if offline() else self.places:
            try:
                return file_of(place)
            except DataUnavailable as failure:
                failures.append(str(failure))
        self._not_to_be_had("; ".join(failures))

    def _not_to_be_had(self, tried: str) -> NoReturn:
        from brainscore_core.data.home import offline

        because = "BRAINSCORE_OFFLINE is set" if offline() else tried or "no address is known"
        raise DataUnavailable(
            f"the weights {self.filename} cannot be had ({because})",
            remedy="check your connection; or say their sha256= and name a folder that holds them in "
            "BRAINSCORE_MIRRORS; random_weights=True builds the untrained twin",
        )
