"""A MariaDB writer with a replica, each behind the address that an application would use."""

import contextlib
import getpass
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.servers.certificates import make_certificates
from tests.servers.folder import ServerFolder
from tests.servers.forwarder import Forwarder
from tests.servers.ports import free_port
from tests.servers.server import DatabaseServer

USER = "juku"
PASSWORD = "juku-pair-1"
DATABASE = "juku"

# Debian keeps mariadbd where an ordinary user's PATH does not lead.
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_STEP_SECONDS = 10

# Durable enough to survive kill(), which leaves the kernel's cache; not a power cut.
_OPTIONS = [
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--character-set-server=utf8mb4",
    "--max-connections=300",
    "--performance-schema=0",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=32M",
    "--innodb-flush-method=nosync",
    "--innodb-use-native-aio=0",  # io_uring wants locked memory, of which there is little
    "--innodb-flush-log-at-trx-commit=0",
    "--sync-binlog=0",
    "--sync-frm=0",
    "--sync-master-info=0",
    "--sync-relay-log=0",
    "--sync-relay-log-info=0",
    "--log-bin=bin",
    "--binlog-format=ROW",
    "--log-bin-trust-function-creators=1",
    "--gtid-strict-mode=1",
    "--log-slave-updates=1",
    "--relay-log=relay",
    "--slave-net-timeout=10",
    "--skip-slave-start",
]


def missing() -> str | None:
    """What is not here but needed to run a Pair, as a phrase; None when all is here."""
    for program in ("mariadbd", "mariadb-install-db", "openssl"):
        if _program(program) is None:
            return f"there is no {program}; apt install mariadb-server openssl"
    try:
        import MySQLdb  # noqa: F401
    except ImportError:
        return "the Python package mysqlclient is missing; scripts/environment.sh image"
    return None


class MariaDB(DatabaseServer):
    """One mariadbd."""

    def __init__(self, folder: Path, name: str, *, server_id: int, options: list[str]) -> None:
        super().__init__(folder, name)
        self._socket = folder / f"{name}.sock"
        # Of its own: a server that starts deletes temporary tables it takes for its own old ones.
        self._tmpdir = folder / f"{name}.tmp"
        self._options = [*_OPTIONS, f"--server-id={server_id}", *options]

    def make_data(self) -> None:
        self._tmpdir.mkdir(exist_ok=True)
        self.run_to_end(
            [
                *(_program("mariadb-install-db"), "--no-defaults", f"--datadir={self.data}"),
                *("--auth-root-authentication-method=normal", "--skip-test-db"),
                *(f"--user={getpass.getuser()}", f"--tmpdir={self._tmpdir}"),
                # The same as later: the redo log need not be made twice.
                *(option for option in _OPTIONS if option.startswith("--innodb")),
            ]
        )

    def command(self) -> list[str]:
        return [
            *(_program("mariadbd"), "--no-defaults", *self._options),
            # As root it refuses to run unless told so.
            *(f"--user={getpass.getuser()}", f"--tmpdir={self._tmpdir}"),
            *(f"--datadir={self.data}", f"--port={self.port}"),
            *(f"--socket={self._socket}", f"--pid-file={self._pid}"),
        ]

    def answers(self) -> bool:
        import MySQLdb

        try:
            self.query("SELECT 1")
        except MySQLdb.OperationalError:
            return False
        return True

    def query(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        """Run one statement as root, and give its rows as dicts (an empty list for none).

        Every call has its own connection over the unix socket, with autocommit. What is
        changed this way on a server with read_only stays on that server and out of its binary
        log, where a transaction of its own would stop replication.
        """
        with contextlib.closing(self.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(sql, params or None)
            return list(cursor.fetchall())

    def connect(self) -> Any:
        """A connection of MySQLdb as root, for more than one statement; see `query`."""
        import MySQLdb
        import MySQLdb.cursors

        return MySQLdb.connect(
            unix_socket=str(self._socket),
            user="root",
            charset="utf8mb4",
            autocommit=True,
            init_command="SET sql_log_bin = NOT @@global.read_only",
            cursorclass=MySQLdb.cursors.DictCursor,
        )


class Pair:
    """A writer, a read-only replica of it (GTID), and a Forwarder before each.

    The application connects to the forwarders as USER with PASSWORD, an ordinary user who
    may do everything in DATABASE and in databases named test_…; root would pass read_only.
    With `semi_sync` a commit is acknowledged only when the replica has it. Several pairs can
    run at the same time.
    """

    PORT_QUERY = "SELECT @@port"  # which server is this?

    def __init__(
        self,
        writer_port: int | None = None,
        reader_port: int | None = None,
        *,
        semi_sync: bool = False,
    ) -> None:
        self._semi_sync = semi_sync
        self._folder = ServerFolder("elearning-mariadb-")
        folder = self._folder.path
        self.ca = folder / "ca.pem"
        tls = [
            f"--ssl-ca={self.ca}",
            f"--ssl-cert={folder / 'server.pem'}",
            f"--ssl-key={folder / 'server.key'}",
        ]
        waits = [
            "--rpl-semi-sync-master-wait-point=AFTER_SYNC",
            "--rpl-semi-sync-master-timeout=3600000",  # ms; never fall back unseen
        ]
        self.writer = MariaDB(folder, "writer", server_id=1, options=[*tls, *waits])
        acknowledges = [f"--rpl-semi-sync-slave-enabled={semi_sync:d}", "--read-only=1"]
        self.replica = MariaDB(folder, "replica", server_id=2, options=[*tls, *acknowledges])
        self.writer_address = Forwarder(writer_port or free_port(), self.writer.port)
        self.reader_address = Forwarder(reader_port or free_port(), self.replica.port)

    # --- Beginning and end ----------------------------------------------------------------

    def start(self) -> None:
        """Start all of it; what was started is ended again when a part fails."""
        try:
            make_certificates(self._folder.path)
            with ThreadPoolExecutor() as pool:
                list(pool.map(MariaDB.start, (self.writer, self.replica)))
            self._create_users()
            self._attach_replica()
            self.in_step()
            self._set_writer_right()
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

        Only tables, triggers and users are left as they are. A replica that took writes of
        its own, or does not get in step, is thrown away and made anew from the writer's binary
        log.
        """
        self.writer_address.reset()
        self.reader_address.reset()
        if not self.writer.running:
            self.writer.start()
        if not self.replica.running:
            self.replica.start()
        self._set_writer_right()
        if self._replica_has_own_writes():
            self._renew_replica()
        else:
            self._set_replica_right()
        try:
            self.in_step()
        except TimeoutError:
            self._renew_replica()
            self.in_step()

    def connect(self, address: Forwarder, seconds: int = 10) -> Any:
        """A plain connection of the driver, as the application's user to DATABASE.

        With autocommit; it gives up an answer after `seconds`.
        """
        import MySQLdb

        return MySQLdb.connect(
            host="127.0.0.1",
            port=address.port,
            user=USER,
            password=PASSWORD,
            database=DATABASE,
            charset="utf8mb4",
            autocommit=True,
            read_timeout=seconds,
        )

    # --- Replication ----------------------------------------------------------------------

    def in_step(self) -> None:
        """Wait until the replica has all that the writer has. TimeoutError after 10 s."""
        position = self.writer.value("SELECT @@gtid_binlog_pos")
        self._wait_for(position, _STEP_SECONDS)

    def stop_replication(self) -> None:
        """Let the replica receive but not apply: nothing new is seen on it."""
        self.replica.query("STOP SLAVE SQL_THREAD")

    def start_replication(self) -> None:
        """Let the replica apply again; in_step() waits until it has."""
        self.replica.query("START SLAVE")

    def lag(self, seconds: int) -> None:
        """Let the replica apply what comes from now on `seconds` later; 0 for at once.

        At least `seconds`, and up to one more: MariaDB counts from the whole second in which
        the writer wrote.
        """
        delay = seconds + 1 if seconds else 0
        with self._replication_stopped() as replica:
            replica.execute("CHANGE MASTER TO MASTER_DELAY = %s", [delay])

    def promote(self) -> None:
        """Make the replica a writer, with all that it has received. TimeoutError after 10 s.

        The addresses are not touched: swapping them is Forwarder.point_at's.
        """
        # In this order: when both threads stand still, what was received is thrown away.
        self.replica.query("START SLAVE SQL_THREAD")
        self.replica.query("STOP SLAVE IO_THREAD")
        status = self._slave_status()
        self._wait_for(status["Gtid_IO_Pos"], _STEP_SECONDS + status["SQL_Delay"])
        self.replica.query("STOP SLAVE")
        self.replica.query("RESET SLAVE ALL")
        self.replica.query("SET GLOBAL read_only = 0")

    # --- Inside ---------------------------------------------------------------------------

    def _create_users(self) -> None:
        with contextlib.closing(self.writer.connect()) as connection:
            cursor = connection.cursor()
            for user in (USER, "replication"):
                cursor.execute("CREATE USER %s@'%%' IDENTIFIED BY %s", [user, PASSWORD])
            cursor.execute("GRANT REPLICATION SLAVE ON *.* TO replication@'%'")
            cursor.execute(f"CREATE DATABASE {DATABASE}")
            cursor.execute(f"GRANT ALL ON {DATABASE}.* TO {USER}@'%'")
            cursor.execute(f"GRANT ALL ON `test\\_%`.* TO {USER}@'%'")

    def _attach_replica(self) -> None:
        # A new one reads the writer's binary log from its beginning.
        with self._replication_stopped() as replica:
            replica.execute(
                "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=%s,"
                " MASTER_USER='replication', MASTER_PASSWORD=%s,"
                " MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1",
                [self.writer.port, PASSWORD],
            )

    def _replica_has_own_writes(self) -> bool:
        state = self.replica.value("SELECT @@gtid_binlog_state")
        return any(gtid.split("-")[1] == "2" for gtid in state.split(",") if gtid)

    def _renew_replica(self) -> None:
        self.replica.kill()
        shutil.rmtree(self.replica.data)
        self.replica.start()
        self._attach_replica()

    def _set_writer_right(self) -> None:
        self.writer.query(
            "SET GLOBAL read_only = 0, GLOBAL tx_read_only = 0,"
            " GLOBAL rpl_semi_sync_master_enabled = %s",
            self._semi_sync,
        )

    def _set_replica_right(self) -> None:
        if not self.replica.value("SELECT @@global.read_only"):
            self.replica.query("SET GLOBAL read_only = 1")
        self.replica.query("SET GLOBAL tx_read_only = 0")
        status = self._slave_status()
        if not status:
            self._attach_replica()
        elif status["SQL_Delay"]:
            self.lag(0)
        elif (status["Slave_IO_Running"], status["Slave_SQL_Running"]) != ("Yes", "Yes"):
            self.replica.query("START SLAVE")

    def _slave_status(self) -> dict[str, Any]:
        rows = self.replica.query("SHOW SLAVE STATUS")
        return rows[0] if rows else {}

    @contextlib.contextmanager
    def _replication_stopped(self) -> Iterator[Any]:
        """A cursor on the replica while both of its threads stand still."""
        with contextlib.closing(self.replica.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute("STOP SLAVE")
            yield cursor
            cursor.execute("START SLAVE")

    def _wait_for(self, position: str, seconds: float) -> None:
        if self.replica.value("SELECT MASTER_GTID_WAIT(%s, %s)", position, seconds) != 0:
            raise TimeoutError(f"The replica is not at {position}: {self._slave_status()}")


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=_PATH)
