"""The trees below which benchmarks hung, now and on any past day."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from brainscore_core import registry
from brainscore_core.digests import digest_json
from brainscore_core.errors import InvalidParameter, PluginError

from .clock import last_row
from .schema import Tree


def installed_tree(domain: str) -> Mapping[str, str]:
    """Node to parent, as the domain that is installed has it.

    Raises
    ------
    InvalidParameter
        If it is not installed.
    """
    try:
        tree: Mapping[str, str] = registry.resolve("domains", domain).tree
    except PluginError as error:
        raise InvalidParameter(
            f"domain {domain!r} is not installed", expected="a domain whose tree is known here", remedy=str(error)
        ) from error
    return tree


def note_tree(session: Session, domain: str, score: int) -> None:
    """Keep the tree with which a score is stored, where it is another than the last one.

    Parameters
    ----------
    domain : str
        One that is not installed has no tree to be kept.
    score : int
        Row of the first score that is stored with it.
    """
    try:
        tree = dict(installed_tree(domain))
    except InvalidParameter:
        return
    digest = digest_json(list(tree.items()))
    if session.scalar(_of(domain, Tree.digest).order_by(Tree.id.desc()).limit(1)) != digest:
        session.add(Tree(domain=domain, digest=digest, tree=tree, score_id=score))
        session.flush()


def tree_of(session: Session, domain: str, at: str | None = None) -> Mapping[str, str]:
    """Node to parent: as it is installed, or as it was when a score was last stored before a moment.

    Of a moment before all of them, the first that was kept.

    Raises
    ------
    InvalidParameter
        If `at` is no date, or no tree of the domain is known.
    """
    if at is None:
        return installed_tree(domain)
    by_then = _of(domain, Tree.tree).where(Tree.score_id <= last_row(session, at))
    found = session.scalar(by_then.order_by(Tree.id.desc()).limit(1))
    found = found or session.scalar(_of(domain, Tree.tree).order_by(Tree.id).limit(1))
    return found or installed_tree(domain)


def _of(domain: str, column: Any) -> Select[Any]:
    return select(column).where(Tree.domain == domain)
