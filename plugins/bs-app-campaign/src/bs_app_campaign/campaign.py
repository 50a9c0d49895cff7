"""A campaign: models times benchmarks that somebody asked for, and how far each pair is."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from brainscore_core.data.home import home
from brainscore_core.errors import InvalidParameter
from brainscore_core.status import Status

from . import schema
from .clock import now
from .database import Database

if TYPE_CHECKING:
    from .executors import Executor

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+@-]{0,99}")
"""A campaign has a folder of its name."""
SETTINGS: dict[str, Any] = {"seed": 0, "device": None, "batch_size": None}
"""Of all its pairs, where nobody says otherwise."""
_WAITS = {"status": str(Status.PENDING), "attempts": 0, "score_id": None}


class Campaign:
    """One campaign of a database.

    Parameters
    ----------
    database : Database
    name : str

    Raises
    ------
    InvalidParameter
        If there is none of this name.
    """

    def __init__(self, database: Database, name: str):
        self.database, self.name = database, name
        row = database.ask(lambda session: session.scalar(select(schema.Campaign).where(schema.Campaign.name == name)))
        names = database.ask(lambda session: session.scalars(select(schema.Campaign.name)).all())
        if row is None:
            raise InvalidParameter(
                f"there is no campaign {name!r}",
                expected=f"one of {sorted(names)}" if names else "one that was begun: there is none in this database",
                remedy="see `brainscore campaign status`",
            )
        self.id, self.settings, self.created = row.id, whole(row.settings), row.created

    @classmethod
    def create(
        cls,
        database: Database,
        name: str,
        models: Sequence[str],
        benchmarks: Sequence[str],
        settings: Mapping[str, Any] | None = None,
    ) -> "Campaign":
        """Note what is asked for; a campaign of that name gets the pairs that it lacks, and takes up cancelled ones.

        Parameters
        ----------
        database : Database
        name : str
        models, benchmarks : sequence of str
            Identifiers.
        settings : mapping, optional
            ``seed`` (0), ``device``, ``batch_size``: of the run, the same for all pairs of the campaign.

        Raises
        ------
        InvalidParameter
            If the campaign is there with other settings, a setting is none, or a folder cannot have its name.
        """
        if not NAME.fullmatch(name):
            raise InvalidParameter(
                f"campaign {name[:120]!r}",
                expected="at most 100 letters, digits and ._+@-, a letter or digit first",
                remedy="it names a folder: choose another",
            )
        settings = whole(settings or {})
        with database.write() as session:
            row = session.scalar(select(schema.Campaign).where(schema.Campaign.name == name))
            if row is None:
                row = schema.Campaign(name=name, settings=settings, created=now())
                session.add(row)
                session.flush()
            elif whole(row.settings) != settings:
                raise InvalidParameter(
                    f"campaign {name!r} has the settings {whole(row.settings)}", expected=f"the same, not {settings}",
                    remedy="choose another name",
                )  # fmt: skip
            row.status = "open"
            asked = select(schema.Pair.model, schema.Pair.benchmark).where(schema.Pair.campaign_id == row.id)
            there = {tuple(found) for found in session.execute(asked)}
            left = (schema.Pair.campaign_id == row.id) & (schema.Pair.status == str(Status.CANCELLED))
            left &= schema.Pair.model.in_(set(models)) & schema.Pair.benchmark.in_(set(benchmarks))
            session.execute(update(schema.Pair).where(left).values(_WAITS))
            session.add_all(
                schema.Pair(campaign_id=row.id, model=model, benchmark=benchmark)
                for model in dict.fromkeys(models)
                for benchmark in dict.fromkeys(benchmarks)
                if (model, benchmark) not in there
            )
        return cls(database, name)

    @property
    def folder(self) -> Path:
        """Where its attempts and their logs lie; one of the same name in another database has another."""
        return home() / "campaigns" / f"{self.name}-{hashlib.sha256(self.created.encode()).hexdigest()[:8]}"

    def counts(self) -> dict[str, int]:
        """How many pairs have each status."""
        by = select(schema.Pair.status, func.count()).where(schema.Pair.campaign_id == self.id)
        found = self.database.ask(lambda session: session.execute(by.group_by(schema.Pair.status)).all())
        return {status: count for status, count in found}

    def pairs(self, status: str | None = None) -> list[schema.Pair]:
        """Its pairs, in the order in which they were asked for."""
        mine = select(schema.Pair).where(schema.Pair.campaign_id == self.id).order_by(schema.Pair.id)
        found = mine if status is None else mine.where(schema.Pair.status == status)
        return self.database.ask(lambda session: list(session.scalars(found)))

    def retry(self, *statuses: str) -> int:
        """Let pairs of these statuses wait again; how many."""
        with self.database.write() as session:
            mine = (schema.Pair.campaign_id == self.id) & schema.Pair.status.in_(statuses)
            changed = session.execute(update(schema.Pair).where(mine).values(_WAITS))
            session.execute(update(schema.Campaign).where(schema.Campaign.id == self.id).values(status="open"))
        return int(changed.rowcount)  # type: ignore[attr-defined]

    def cancel(self) -> int:
        """Leave what waits; a run of it ends what it does. How many pairs were waiting."""
        with self.database.write() as session:
            mine = (schema.Pair.campaign_id == self.id) & (schema.Pair.status == str(Status.PENDING))
            changed = session.execute(update(schema.Pair).where(mine).values(status=str(Status.CANCELLED)))
            session.execute(update(schema.Campaign).where(schema.Campaign.id == self.id).values(status="cancelled"))
        return int(changed.rowcount)  # type: ignore[attr-defined]

    def run(self, executor: "Executor", **how: Any) -> dict[str, int]:
        """Make attempts until no pair waits: :func:`bs_app_campaign.running.run`."""
        from .running import run

        return run(self, executor, **how)

    def cancelled(self) -> bool:
        """Whether somebody has cancelled it."""
        status = select(schema.Campaign.status).where(schema.Campaign.id == self.id)
        return self.database.ask(lambda session: session.scalar(status)) == "cancelled"

    def close(self) -> None:
        """Note that nothing waits any more, where that is so."""
        waits = select(schema.Pair.id).where(
            schema.Pair.campaign_id == self.id, schema.Pair.status == str(Status.PENDING)
        )
        mine = (schema.Campaign.id == self.id) & (schema.Campaign.status == "open") & ~waits.exists()
        self.database.transact(
            lambda session: session.execute(update(schema.Campaign).where(mine).values(status="done"))
        )


def whole(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with those that nobody gave.

    Raises
    ------
    InvalidParameter
        If one is none.
    """
    if unknown := sorted(settings.keys() - SETTINGS.keys()):
        raise InvalidParameter(
            f"a campaign has no setting {unknown[0]!r}",
            expected=f"some of {sorted(SETTINGS)}",
            remedy="leave it out: limits and workers are of a run, not of its campaign",
        )
    return SETTINGS | dict(settings)
