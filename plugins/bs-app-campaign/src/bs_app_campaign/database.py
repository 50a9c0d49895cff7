"""Opening the database: SQLite beside everything else that is stored, or PostgreSQL by its address."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from brainscore_core.data.home import home
from brainscore_core.errors import InvalidParameter, StorageError

PATIENCE_S = 60
"""How long a writer waits for the others."""


class Database:
    """A database of scores.

    Parameters
    ----------
    url : str, optional
        As ``postgresql+psycopg://user@host/name`` or ``sqlite:///file.db``. Default: ``BRAINSCORE_DATABASE``, else
        ``scores.db`` in ``BRAINSCORE_HOME``.

    Raises
    ------
    InvalidParameter
        If the address is none, or its driver is not installed.
    StorageError
        If the database cannot be opened.
    """

    def __init__(self, url: str | None = None):
        self.url = url or os.environ.get("BRAINSCORE_DATABASE") or f"sqlite:///{home() / 'scores.db'}"
        self.engine = _engine(self.url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = sessionmaker(self.engine.execution_options(reads=True), expire_on_commit=False)
        _migrate(self.engine)

    @property
    def name(self) -> str:
        """The address without its password."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that changes nothing."""
        with self._readers() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction: all of it, or nothing.

        Raises
        ------
        StorageError
            If the disk is full, or another writer keeps the database locked for a minute.
        """
        try:
            with self._sessions.begin() as session:
                yield session
        except OperationalError as error:
            raise StorageError(
                f"the database {self.name} cannot be written ({error.orig})",
                expected="a database that is writable, on a disk with space",
                remedy="nothing was stored half; free space or wait for other writers, and do it again",
            ) from error

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def _engine(address: str) -> Engine:
    try:
        url = make_url(address)
        if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, **_options(url.get_backend_name()))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise InvalidParameter(
            f"the address of the database, {address!r}, cannot be used ({error})",
            expected="sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME",
            remedy="pip install 'bs-app-campaign[postgresql]' for PostgreSQL",
        ) from error
    except OSError as error:
        raise StorageError(f"the folder of {address} cannot be made ({error.strerror})") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _options(backend: str) -> dict[str, Any]:
    return {"connect_args": {"timeout": PATIENCE_S}} if backend == "sqlite" else {"pool_pre_ping": True}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Readers and a writer do not wait for each other; what is committed survives a crash of the process."""
    connection.isolation_level = None  # the driver's own idea of when a transaction begins is in the way
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={PATIENCE_S * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    """Writers queue at the start: one that has read first and writes then would fail instead of waiting."""
    reads = connection.get_execution_options().get("reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _migrate(engine: Engine) -> None:
    """Bring the tables to this version."""
    from alembic import command
    from alembic.config import Config

    try:
        with as_file(files(__package__) / "migrations") as folder, engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(folder))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except OperationalError as error:
        raise StorageError(
            f"the database {engine.url.render_as_string(hide_password=True)} cannot be opened ({error.orig})",
            remedy="check its address, and that it can be written",
        ) from error
