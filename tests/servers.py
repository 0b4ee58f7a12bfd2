"""PostgreSQL and MariaDB from the system's packages, each in a folder of its own and reached over loopback."""

import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

import pytest


def free_port() -> int:
    """A port that is free and stays so: the system gives others to who asks for any, such as clients of other tests."""
    for port in random.Random().sample(range(20_000, 30_000), 100):
        with suppress(OSError), socket.socket() as found:
            found.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def _run(*command: str | Path, stdin: str | None = None) -> str:
    done = subprocess.run([str(part) for part in command], input=stdin, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{command[0]}: {done.stderr[:500]}"
    return done.stdout


@contextmanager
def postgres(script: str) -> Iterator[tuple[str, str]]:
    """A PostgreSQL server that has run a script: the URL of its database, and what pg_dump writes of it."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found or shutil.which("runuser") is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    programs, folder, port = found[-1].parent, Path(mkdtemp()), free_port()
    shutil.chown(folder, "postgres")
    as_user = ("runuser", "-u", "postgres", "--")
    _run(*as_user, programs / "initdb", "-D", folder / "d", "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 -c fsync=off"
    _run(*as_user, programs / "pg_ctl", "-D", folder / "d", "-l", folder / "log", "-w", "-o", options, "start")
    try:
        base = ("-h", "127.0.0.1", "-p", str(port), "-U", "postgres")
        _run(programs / "createdb", *base, "clinic")
        _run(programs / "psql", *base, "-v", "ON_ERROR_STOP=1", "-q", "clinic", stdin=script)
        dump = _run(programs / "pg_dump", *base, "clinic")
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/clinic", dump
    finally:
        _run(*as_user, programs / "pg_ctl", "-D", folder / "d", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@contextmanager
def mariadb(script: str) -> Iterator[tuple[str, str]]:
    """A MariaDB server that has run a script: the URL of its database, and what mysqldump writes of it."""
    server = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin:/usr/local/sbin")
    if server is None or shutil.which("mariadb-install-db") is None:
        pytest.skip("MariaDB is not installed (apt-get install mariadb-server)")
    folder, port = Path(mkdtemp()), free_port()
    data, socket_path = folder / "d", folder / "s"
    _run("mariadb-install-db", "--user=root", f"--datadir={data}", "--auth-root-authentication-method=normal",
         "--skip-test-db")  # fmt: skip
    process = subprocess.Popen(
        [server, "--no-defaults", "--user=root", f"--datadir={data}", f"--socket={socket_path}", f"--port={port}",
         "--bind-address=127.0.0.1", "--skip-grant-tables", "--skip-networking=0"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + 120
        while not socket_path.exists():
            assert process.poll() is None, "MariaDB did not start"
            assert time.monotonic() < until, "MariaDB did not start in time"
            time.sleep(0.05)
        at = ("--socket", str(socket_path))
        _run("mariadb", *at, "-e", "CREATE DATABASE clinic CHARACTER SET utf8mb4")
        _run("mariadb", *at, "clinic", stdin=script)
        dump = _run("mariadb-dump", *at, "--routines", "--triggers", "clinic")
        yield f"mysql+pymysql://root@127.0.0.1:{port}/clinic", dump
    finally:
        process.terminate()
        process.wait(timeout=120)
        shutil.rmtree(folder)
