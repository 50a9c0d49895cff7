"""Names made of content: SHA-256 digests of arrays, text and canonical JSON."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np


class Digested(Protocol):
    """What is too large to be held as one array, and digests itself part by part, as a movie does."""

    def content_digest(self) -> str:
        """SHA-256 of its raw values, and of what else it is."""


def canonical_json(value: Any) -> str:
    """One text for one value: sorted keys, no spaces, no NaN; numpy scalars and arrays become numbers and lists.

    Raises
    ------
    TypeError
        If `value` holds something that is not a mapping, sequence, text, number, bool or None.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} {value!r} has no canonical form")


def digest_json(value: Any) -> str:
    """SHA-256 (hexadecimal) of the canonical JSON of `value`."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def digest_value(value: np.ndarray | str | bytes | Digested) -> str:
    """SHA-256 of one stimulus: (shape, dtype, raw values) of an array, never its encoded bytes; text as UTF-8.

    What has a method ``content_digest`` says its own.
    """
    content: Any
    if hasattr(value, "content_digest"):
        return value.content_digest()
    if isinstance(value, str):
        header, content = b"str:", value.encode()
    elif isinstance(value, bytes):
        header, content = b"bytes:", value
    else:
        array = np.ascontiguousarray(value)
        if array.dtype.hasobject:
            raise TypeError("an array of Python objects has no digest")
        header = f"array:{np.shape(value)}:{array.dtype.newbyteorder('<').str}:".encode()
        content = array.astype(array.dtype.newbyteorder("<"), copy=False).reshape(-1).view(np.uint8)
    digest = hashlib.sha256(header)
    digest.update(content)
    return digest.hexdigest()


def digest_sequence(parts: Any) -> str:
    """SHA-256 over texts in order; each is length-prefixed, so that no two sequences collide by concatenation."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = str(part).encode()
        digest.update(len(encoded).to_bytes(8, "little"))
        digest.update(encoded)
    return digest.hexdigest()
