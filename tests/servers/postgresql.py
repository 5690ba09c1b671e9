"""A PostgreSQL writer with a hot standby, each behind the address an application would use.

The same API as mariadb.py has, without TLS.
"""

import contextlib
import os
import pwd
import shutil
import signal
import time
from pathlib import Path
from typing import Any

from tests.servers.folder import ServerFolder
from tests.servers.forwarder import Forwarder
from tests.servers.ports import free_port
from tests.servers.server import DatabaseServer

USER = "juku"
PASSWORD = "juku-pair-1"
DATABASE = "juku"

_SUPERUSER = "postgres"
_STEP_SECONDS = 10
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "300",
    "shared_buffers": "32MB",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_keep_size": "512MB",
    "wal_retrieve_retry_interval": "200ms",  # how soon the replica looks for the writer again
    # A query left open on the replica may hold up what it would not see any more, but shortly.
    "max_standby_streaming_delay": "500ms",
    # Not in /dev/shm, where it would be left behind.
    "dynamic_shared_memory_type": "mmap",
}


def missing() -> str | None:
    """What is not here but needed to run a Pair, as a phrase; None when all is here."""
    for program in ("postgres", "initdb", "pg_basebackup"):
        if _program(program) is None:
            return f"there is no {program}; apt install postgresql"
    if os.getuid() == 0 and _SUPERUSER not in {user.pw_name for user in pwd.getpwall()}:
        return f"PostgreSQL does not run as root, and there is no user {_SUPERUSER}"
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "the Python package psycopg is missing; scripts/environment.sh image"
    return None


class PostgreSQL(DatabaseServer):
    """One postgres; with `copy_of` its data is a copy of that server's, which it follows."""

    stop_signal = signal.SIGINT  # without waiting for clients
    # SIGKILL would leave shared memory behind. After this one too it recovers like after a crash.
    kill_signal = signal.SIGQUIT

    def __init__(self, folder: Path, name: str, *, copy_of: "PostgreSQL | None" = None) -> None:
        super().__init__(folder, name)
        self._folder = folder
        self._copy_of = copy_of

    def make_data(self) -> None:
        if self._copy_of is None:
            command = ["initdb", f"--pgdata={self.data}", f"--username={_SUPERUSER}"]
            command += ["--auth=trust", "--no-sync", "--no-locale", "--encoding=UTF8"]
        else:
            command = ["pg_basebackup", f"--pgdata={self.data}", f"--username={_SUPERUSER}"]
            command += [f"--host={self._folder}", f"--port={self._copy_of.port}", "--no-sync"]
            command += ["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast"]
        self.run_to_end(_as_postgres(*command))

    def command(self) -> list[str]:
        options = {
            **_OPTIONS,
            "port": str(self.port),
            "unix_socket_directories": str(self._folder),
        }
        settings = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        return _as_postgres("postgres", "-D", str(self.data), *settings)

    def answers(self) -> bool:
        import psycopg

        try:
            self.query("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def query(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        """Run one statement as superuser in DATABASE "postgres"; rows as dicts, or [].

        Every call has its own connection over the unix socket, with autocommit.
        """
        with contextlib.closing(self.connect()) as connection:
            cursor = connection.execute(sql, params or None)
            return cursor.fetchall() if cursor.description else []

    def connect(self, database: str = "postgres") -> Any:
        """A connection of psycopg as superuser, to any of the databases."""
        import psycopg
        import psycopg.rows

        return psycopg.connect(
            host=str(self._folder),
            port=self.port,
            user=_SUPERUSER,
            dbname=database,
            autocommit=True,
            row_factory=psycopg.rows.dict_row,
        )


class Pair:
    """A writer, a hot standby of it, and a Forwarder before each.

    The application connects to the forwarders as USER with PASSWORD, who owns DATABASE and
    may create databases. With `semi_sync` a commit is acknowledged only when the replica has
    it. Several pairs can run at the same time.
    """

    PORT_QUERY = "SHOW port"  # which server is this?

    def __init__(
        self,
        writer_port: int | None = None,
        reader_port: int | None = None,
        *,
        semi_sync: bool = False,
    ) -> None:
        self._semi_sync = semi_sync
        self._folder = ServerFolder("elearning-postgresql-")
        if os.getuid() == 0:
            shutil.chown(self._folder.path, _SUPERUSER)
        self.writer = PostgreSQL(self._folder.path, "writer")
        self.replica = PostgreSQL(self._folder.path, "replica", copy_of=self.writer)
        self.writer_address = Forwarder(writer_port or free_port(), self.writer.port)
        self.reader_address = Forwarder(reader_port or free_port(), self.replica.port)

    # --- Beginning and end ----------------------------------------------------------------

    def start(self) -> None:
        """Start all of it; what was started is ended again when a part fails."""
        try:
            self.writer.start()
            self.writer.query(f"CREATE ROLE {USER} LOGIN CREATEDB PASSWORD '{PASSWORD}'")
            self.writer.query(f"CREATE DATABASE {DATABASE} OWNER {USER}")
            self.replica.start()
            self._set_writer_right()
            self.in_step()
            self.writer_address.start()
            self.reader_address.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End everything, and remove the data."""
        self.writer_address.close()
        self.reader_address.close()
        # Nobody will read the data again.
        self.writer.kill()
        self.replica.kill()
        self._folder.close()

    def restore(self) -> None:
        """Make all normal again, whatever was done to it, and wait until it is in step.

        Only tables and users are left as they are. A replica that was promoted is thrown away
        and copied anew from the writer.
        """
        self.writer_address.reset()
        self.reader_address.reset()
        if not self.writer.running:
            self.writer.start()
        if not self.replica.running:
            self.replica.start()
        self._set_writer_right()
        if self.replica.value("SELECT pg_is_in_recovery()"):
            self.lag(0)
            self.start_replication()
        else:
            self.replica.kill()
            shutil.rmtree(self.replica.data)
            self.replica.start()
        self.in_step()

    def connect(self, address: Forwarder, seconds: int = 10) -> Any:
        """A plain connection of the driver, as the application's user to DATABASE.

        With autocommit; the server gives up a statement after `seconds`.
        """
        import psycopg

        return psycopg.connect(
            host="127.0.0.1",
            port=address.port,
            user=USER,
            password=PASSWORD,
            dbname=DATABASE,
            autocommit=True,
            connect_timeout=seconds,
            options=f"-c statement_timeout={seconds}s",
        )

    # --- Replication ----------------------------------------------------------------------

    def in_step(self) -> None:
        """Wait until the replica has all that the writer has. TimeoutError after 10 s."""
        self._wait_for(self.writer.value("SELECT pg_current_wal_flush_lsn()::text"))

    def stop_replication(self) -> None:
        """Let the replica receive but not apply: nothing new is seen on it."""
        self.replica.query("SELECT pg_wal_replay_pause()")
        while self.replica.value("SELECT pg_get_wal_replay_pause_state()") != "paused":
            time.sleep(0.01)

    def start_replication(self) -> None:
        """Let the replica apply again; in_step() waits until it has."""
        self.replica.query("SELECT pg_wal_replay_resume()")

    def lag(self, seconds: int) -> None:
        """Let the replica apply commits from now on `seconds` later; 0 for at once."""
        self._configure(self.replica, "recovery_min_apply_delay", str(seconds * 1000))

    def promote(self) -> None:
        """Make the replica a writer, with all that it has received. TimeoutError after 10 s.

        The addresses are not touched: swapping them is Forwarder.point_at's.
        """
        self.start_replication()
        self._wait_for(self.replica.value("SELECT pg_last_wal_receive_lsn()::text"))
        self.replica.query("SELECT pg_promote()")

    # --- Inside ---------------------------------------------------------------------------

    def _set_writer_right(self) -> None:
        self._configure(self.writer, "synchronous_standby_names", "*" if self._semi_sync else "")
        self._configure(self.writer, "default_transaction_read_only", "off")

    @staticmethod
    def _configure(server: PostgreSQL, name: str, value: str) -> None:
        """Set a parameter, its value written as in pg_settings, and wait until it counts."""
        asked = "SELECT setting FROM pg_settings WHERE name = %s"
        if server.value(asked, name) == value:
            return
        server.query(f"ALTER SYSTEM SET {name} = '{value}'")
        server.query("SELECT pg_reload_conf()")
        while server.value(asked, name) != value:
            time.sleep(0.01)
        time.sleep(0.05)  # the process that applies is told at the same time as our connection

    def _wait_for(self, position: str) -> None:
        deadline = time.monotonic() + _STEP_SECONDS
        reached = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
        while not self.replica.value(reached, position):
            if time.monotonic() > deadline:
                raise TimeoutError(f"The replica is not at {position}.")
            time.sleep(0.01)


def _program(name: str) -> str | None:
    """Debian keeps these where no PATH leads; the newest version's, then."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


def _as_postgres(program: str, *arguments: str) -> list[str]:
    command = [_program(program) or program, *arguments]
    if os.getuid() != 0:
        return command
    user = [f"--reuid={_SUPERUSER}", f"--regid={_SUPERUSER}", "--clear-groups"]
    return ["setpriv", *user, *command]
