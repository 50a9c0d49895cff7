"""``python tools/with_postgresql.py COMMAND ...``: run a command beside a PostgreSQL of its own, which goes with it.

The command finds the server's address in BRAINSCORE_TEST_POSTGRESQL. The server listens on loopback only, and its data
lie in a temporary folder. Where it is not installed and we may, ``apt-get install postgresql`` installs it.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql")
USER = "postgres"
ROOT = os.name == "posix" and os.getuid() == 0


def programs() -> Path:
    """The folder of initdb and pg_ctl, of the newest version there is."""
    if not (found := _found()) and ROOT and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", "postgresql"], check=True)
        found = _found()
    if not found:
        sys.exit("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1].parent


def _found() -> list[Path]:
    there = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return there or [Path(path).resolve() for path in filter(None, [shutil.which("initdb")])]


@contextmanager
def server() -> Iterator[str]:
    """The address of an empty server."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    bin, data, port = programs(), folder / "data", _free_port()
    try:
        if ROOT:  # PostgreSQL refuses to run as root
            shutil.chown(folder, USER)
        _as_user(bin / "initdb", "-D", data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c fsync=off -c unix_socket_directories={folder}"
        _as_user(bin / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://{USER}@127.0.0.1:{port}/postgres"
        finally:
            _as_user(bin / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_user(*command: object) -> None:
    before = ["runuser", "-u", USER, "--"] if ROOT else []
    done = subprocess.run([*before, *map(str, command)], capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr or done.stdout}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def main(command: Sequence[str]) -> int:
    """Run it; its exit code."""
    with server() as address:
        return subprocess.run(command, env=os.environ | {"BRAINSCORE_TEST_POSTGRESQL": address}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
