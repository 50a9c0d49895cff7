"""Where faults happen: a distribution of misbehaving models, and an empty database of either kind."""

import os
import runpy
import secrets
import shutil
from contextlib import contextmanager
from pathlib import Path

from brainscore_core.testing.fake_distributions import make_distribution

TROUBLE = Path(__file__).parents[1] / "trouble.py"


def make_site(folder):
    """Install ``bs-trouble`` in a folder, which is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(TROUBLE, folder)
    names = runpy.run_path(str(TROUBLE))
    models = {name: f"trouble:model_{names['attribute'](name)}" for name in names["NAMES"]}
    make_distribution(
        folder,
        "bs-trouble",
        requires=["brainscore-core>=3,<4"],
        entry_points={
            "brainscore.domains": {"trouble": "trouble:domain"},
            "brainscore.trouble.models": models,
            "brainscore.trouble.benchmarks": {name: f"trouble:{name}" for name in ("one", "two", "three")},
            "brainscore.metrics": {"nothing": "trouble:Nothing"},
            "brainscore.datasets": {"numbers": "trouble:data"},
        },
    )
    return folder


@contextmanager
def empty_database(folder):
    """The address of one that is empty: a file in `folder`, or one of the server of BRAINSCORE_TEST_POSTGRESQL."""
    server = os.environ.get("BRAINSCORE_TEST_POSTGRESQL")
    if server is None:
        yield f"sqlite:///{folder / 'scores.db'}"
        return
    import psycopg
    from sqlalchemy.engine import make_url

    name, url = f"test_{secrets.token_hex(6)}", make_url(server)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)

    def tell(words):
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(words.format(name))

    tell("CREATE DATABASE {}")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        tell("DROP DATABASE {} WITH (FORCE)")  # over a connection of its own: the server may have been restarted


def stop_server(url):
    """Stop PostgreSQL in a hurry, as who restarts it does; a function that starts it again."""
    import psycopg
    from sqlalchemy.engine import make_url

    tools = runpy.run_path(str(Path(__file__).parents[4] / "tools" / "with_postgresql.py"), run_name="tools")
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        folder = Path(connection.execute("SHOW data_directory").fetchone()[0])
    options = (folder / "postmaster.opts").read_text().replace('"', "").split()[1:]
    control, data = tools["programs"]() / "pg_ctl", ("-D", folder, "-w")
    tools["_as_user"](control, *data, "-m", "fast", "stop")
    log = ("-l", folder.parent / "log")
    return lambda: tools["_as_user"](control, *data, *log, "-o", " ".join(options), "start")
