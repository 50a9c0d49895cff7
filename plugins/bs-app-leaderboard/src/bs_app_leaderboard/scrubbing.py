"""Texts without words of the machine that wrote them: paths, addresses, names of users and hosts."""

import getpass
import ipaddress
import platform
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from brainscore_core.data.home import mirrors

PATH, ADDRESS, USER, HOST = "[path]", "[address]", "[user]", "[host]"
PUBLIC_HOSTS = ("arxiv.org", "doi.org", "github.com", "huggingface.co", "osf.io", "pypi.org", "zenodo.org")
"""Whose addresses an error may name; any other may be a mirror of somebody's."""
LOCAL = ("local", "internal", "intranet", "lan", "corp", "home", "localdomain")
"""Ends of names that mean something inside one network only."""
NOBODY = frozenset({"root", "user", "localhost", "nobody", "none"})
"""Names that say nothing of whom, and are words besides."""

_URL = r"(?!file:)[A-Za-z][A-Za-z0-9+.-]*://[^\s'\"<>)\]}]*[^\s'\"<>)\]}.,;:]"
_FILE = r"file:/[^\s'\"<>)\]}]*[^\s'\"<>)\]}.,;:]"
_DRIVE = r"(?<!\w)[A-Za-z]\\?:(?:\\|/(?!/))[^\s'\"<>|]*"
_SHARE = r"(?<![\w\\])\\{2,4}[\w.-]+\\[^\s'\"<>|]*"
_BEFORE, _NAME = r"(?<![\w./<)\]}*%-])", r"[^\s'\"<>|:;,()\[\]{}]"
_ON = rf"(?: [^\s'\"/:;,()\[\]{{}}]+/{_NAME}*)*"  # a folder with a blank in its name
_ROOTED = rf"{_BEFORE}(?:~[\w.-]*)?/(?:{_NAME}+/{_NAME}*|{_NAME}{{2,}}){_ON}"
_START = r"(?:(?:~[\w.-]*)?/|[A-Za-z]:[\\/])"
_QUOTED = rf"(?<='){_START}[^'\n]+(?=')|(?<=\"){_START}[^\"\n]+(?=\")"
_ROOTS = "home|Users|root|tmp|var|private|mnt|media|Volumes|scratch|opt|srv|nfs|net|gpfs|lustre|work|data|usr|etc"
_KNOWN = rf"{_BEFORE}(?:~[\w.-]*/{_NAME}*|/(?:{_ROOTS})/{_NAME}+)"
_MAIL = r"(?<![\w.+-])[\w.+-]+@(?!v?\d)[\w-]+(?:\.[\w-]+)*"
_SAID = re.compile(
    rf"(?P<url>{_URL})|(?P<path>{_FILE}|{_QUOTED}|{_DRIVE}|{_SHARE}|{_ROOTED})|(?P<mail>{_MAIL})"
    rf"|(?P<host>\b(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?::\d+)?\b|\b[\w-]+(?:\.[\w-]+)*\.(?:{'|'.join(LOCAL)})\b)"
)
_WRITTEN = re.compile(rf"(?P<url>{_URL})|(?P<path>{_FILE}|{_DRIVE}|{_KNOWN})")
_OWNER = re.compile(r"(?:/home|[/\\]Users)[/\\]+([\w.-]+)")


@lru_cache(maxsize=4096)
def scrubbed(text: str) -> str:
    """What an error said, or a record holds, as everybody may read it.

    Absolute paths, addresses other than those of :data:`PUBLIC_HOSTS`, mail addresses, numbers of hosts, names of
    hosts of a local network, and the names of user and host that paths in it or this machine tell are replaced.
    """
    names = {name: USER for name in _OWNER.findall(text)} | own_names()
    found = _SAID.sub(lambda match: _replaced(match, _known_host), text)
    for name, word in names.items():
        if len(name) > 2 and name.casefold() not in NOBODY:
            found = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", word, found)
    return found


def published(value: Any) -> Any:
    """A description, which names addresses and authors on purpose, without paths and addresses of one machine.

    Parameters
    ----------
    value : JSON content
    """
    if isinstance(value, str):
        return _WRITTEN.sub(lambda match: _replaced(match, is_public), value)
    if isinstance(value, Mapping):
        return {name: published(entry) for name, entry in value.items()}
    return [published(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def is_public(address: str) -> bool:
    """Whether an http address means the same to everybody, and is no mirror that this machine is told to use."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or "." not in host or host.rpartition(".")[2] in LOCAL:
        return False
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_global
    return not any(address.startswith(mirror) for mirror in mirrors() if "://" in mirror)


def own_names() -> dict[str, str]:
    """Names of the user and of the host that build the folder, with what stands for them."""
    names = dict.fromkeys({platform.node(), platform.node().partition(".")[0]}, HOST)
    with suppress(OSError, KeyError, ImportError):
        names[getpass.getuser()] = USER
    return names


def _known_host(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return is_public(address) and any(host == known or host.endswith(f".{known}") for known in PUBLIC_HOSTS)


def _replaced(match: re.Match[str], kept: Callable[[str], bool]) -> str:
    """What stands in the place of a match; an address that is kept loses the name and password of who asks."""
    kind, text = match.lastgroup, match.group()
    if kind == "path":
        return PATH
    if kind == "host":
        return HOST
    try:
        if kind == "mail" or not kept(text):
            return ADDRESS
        parts = urlsplit(text)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, parts.fragment))
    except ValueError:
        return ADDRESS
