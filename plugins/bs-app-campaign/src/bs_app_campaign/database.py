"""Opening the database: SQLite beside everything else that is stored, or PostgreSQL by its address."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from brainscore_core.data.home import home
from brainscore_core.errors import InvalidParameter, StorageError

PATIENCE_S = 60
"""How long a writer waits for the others."""
AGAIN_S = (0.1, 0.5, 2.0, 4.0, 8.0, 16.0)
"""Pauses before it is tried again where PostgreSQL is away: it is restarted in less."""
AWAY = ("08", "57P")
"""Classes of SQLSTATE that say so: connection exceptions, shutdown and start of the server."""
HEAD = "0002"
"""The migration that the tables of this version are at."""
WRITERS = 20180905
"""PostgreSQL's advisory lock of ours."""

T = TypeVar("T")


class Database:
    """A database of scores.

    Parameters
    ----------
    url : str, optional
        As ``postgresql+psycopg://user@host/name`` or ``sqlite:///file.db``. Default: ``BRAINSCORE_DATABASE``, else
        ``scores.db`` in ``BRAINSCORE_HOME``.
    create : bool
        Whether a file that is not there is made: who only reads has mistyped its name.

    Raises
    ------
    InvalidParameter
        If the address is none, its driver is not installed, or there is no such file and none is made.
    StorageError
        If the database cannot be opened.
    """

    pause = staticmethod(time.sleep)

    def __init__(self, url: str | None = None, *, create: bool = True):
        self.url = url or os.environ.get("BRAINSCORE_DATABASE") or f"sqlite:///{home() / 'scores.db'}"
        self.engine = _engine(self.url, create)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = sessionmaker(self.engine.execution_options(reads=True), expire_on_commit=False)
        _migrate(self.engine)

    @property
    def name(self) -> str:
        """The address without its password."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that changes nothing.

        Raises
        ------
        StorageError
            If the database does not answer.
        """
        try:
            with self._readers() as session, _discarded_if_interrupted(session):
                yield session
        except OperationalError as error:
            raise StorageError(
                f"the database {self.name} cannot be read ({_said(error)})",
                remedy="check that it runs, and do it again",
            ) from error

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction: all of it, or nothing. Writers queue: what one has read, no other changes before it writes.

        Raises
        ------
        StorageError
            If the disk is full, the connection is lost, or another writer keeps the database locked for a minute.
        """
        try:
            with self._sessions.begin() as session, _discarded_if_interrupted(session):
                _queue(session.connection())
                yield session
        except OperationalError as error:
            raise StorageError(
                f"the database {self.name} cannot be written ({_said(error)})",
                expected="a database that is writable, on a disk with space",
                remedy="nothing was stored half; free space or wait for other writers, and do it again",
            ) from error

    def ask(self, work: Callable[[Session], T]) -> T:
        """What `work` reads; again where the server is away for a while.

        Raises
        ------
        StorageError
        """

        def once() -> T:
            with self.read() as session:
                return work(session)

        return self._again(once)

    def transact(self, work: Callable[[Session], T]) -> T:
        """Do `work` in a transaction; again where the server was away, or the connection to it lost on the way.

        Parameters
        ----------
        work : callable
            That may be done twice: whether a transaction was committed when its connection went, nobody knows.

        Raises
        ------
        StorageError
        """

        def once() -> T:
            with self.write() as session:
                return work(session)

        return self._again(once)

    def _again(self, once: Callable[[], T]) -> T:
        for pause in (*AGAIN_S, None):
            try:
                return once()
            except StorageError as error:
                if pause is None or not _is_away(error.__cause__):
                    raise
                self.pause(pause)
        raise RuntimeError("unreachable: the last try returns or raises")

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


@contextmanager
def _discarded_if_interrupted(session: Session) -> Iterator[None]:
    """An interrupt in the midst of a query leaves a connection that nobody can use: it is not given back."""
    try:
        yield
    except Exception:
        raise
    except BaseException:
        session.invalidate()
        raise


def shown(address: str) -> str:
    """An address, or words that quote it, without the password: also one that cannot be parsed."""
    return re.sub(r"(?<=://)([^\s@/]*?):.*@", r"\1:***@", address)


def _engine(address: str, create: bool) -> Engine:
    try:
        url = make_url(address)
        if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
            if not create and not url.database.startswith("file:") and not Path(url.database).is_file():
                raise InvalidParameter(
                    f"there is no database {url.database}",
                    expected="one that holds scores",
                    remedy="check --database and BRAINSCORE_DATABASE; `brainscore campaign run` fills one",
                )
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, **_options(url.get_backend_name()))
    except InvalidParameter:
        raise
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        raise InvalidParameter(
            f"the address of the database, {shown(address)!r}, cannot be used ({shown(str(error))})",
            expected="sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME",
            remedy="for PostgreSQL: pip install 'bs-app-campaign[postgresql]'",
        ) from error
    except OSError as error:
        raise StorageError(f"the folder of {shown(address)} cannot be made ({error.strerror})") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _options(backend: str) -> dict[str, Any]:
    return {"connect_args": {"timeout": PATIENCE_S}} if backend == "sqlite" else {"pool_pre_ping": True}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Readers and a writer do not wait for each other; what is committed survives the loss of power."""
    connection.isolation_level = None  # the driver's own idea of when a transaction begins is in the way
    for pragma in (f"busy_timeout={PATIENCE_S * 1000}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        connection.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Any) -> None:
    """Writers queue at the start: one that has read first and writes then would fail instead of waiting."""
    reads = connection.get_execution_options().get("reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _queue(connection: Connection) -> None:
    """The same for PostgreSQL, where two writers would else both find a row missing, and both add it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITERS})


def _is_away(error: BaseException | None) -> bool:
    """Whether a server was not there; a file that is locked or full is none of that, and its own patience has ended."""
    if not isinstance(error, OperationalError):
        return False
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", "")  # only drivers of servers have one; None: no connection was made
    return state is None or str(state).startswith(AWAY)


def _said(error: DatabaseError) -> str:
    return str(error.orig).strip().partition("\n")[0]


def _migrate(engine: Engine) -> None:
    """Bring the tables to this version, where they are not."""
    try:
        with engine.execution_options(reads=True).connect() as connection:
            if _version(connection) == HEAD:
                return
        with engine.begin() as connection:
            _queue(connection)
            _upgrade(connection)
    except DatabaseError as error:
        raise StorageError(
            f"the database {engine.url.render_as_string(hide_password=True)} cannot be opened ({_said(error)})",
            expected="a database of ours, or none",
            remedy="check its address, and that it can be written",
        ) from error


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    with as_file(files(__package__) / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StorageError(
                f"the database is at version {_version(connection)}, which is not known here",
                expected=f"at most version {HEAD}",
                remedy="upgrade: pip install -U bs-app-campaign",
            ) from error


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))
