"""The site's connections, counted on the servers themselves."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tests.servers.mariadb import USER, MariaDB

OPEN = "SELECT COUNT(*) FROM information_schema.processlist WHERE user = %s"
MADE = (
    "SELECT total_connections AS made, total_ssl_connections AS encrypted"
    " FROM information_schema.user_statistics WHERE user = %s"
)
EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Made:
    """Connections since the count began, those that ended included."""

    made: int = 0
    encrypted: int = 0


class Census(threading.Thread):
    """Counts each of `servers` ten times a second; `most` is the most that each one had open.

    `rename()` begins a new count for a server that has another part to play now. A drill that
    counts must not have connections of its own open as the site's user, and has to start the
    count before the site: what was connected before is not in `made`.
    """

    def __init__(self, servers: Mapping[str, MariaDB]) -> None:
        super().__init__(name="census", daemon=True)
        self.most: Counter[str] = Counter()
        self._servers = dict(servers)
        self._made: dict[MariaDB, Made] = {}
        self._over = threading.Event()

    @property
    def made(self) -> Made:
        """On all of the servers; of one that was killed, as it was last seen."""
        counts = self._made.values()
        return Made(sum(c.made for c in counts), sum(c.encrypted for c in counts))

    def start(self) -> None:
        for server in self._servers.values():
            server.query("SET GLOBAL userstat = 1")
        super().start()

    def run(self) -> None:
        import MySQLdb

        while not self._over.wait(EVERY):
            for name, server in list(self._servers.items()):
                try:
                    count = server.value(OPEN, USER)
                    made = server.query(MADE, USER)
                except MySQLdb.OperationalError:
                    continue  # it is down, and has none
                self.most[name] = max(self.most[name], count)
                self._made[server] = Made(**made[0]) if made else Made()

    def rename(self, old: str, new: str) -> None:
        self._servers[new] = self._servers.pop(old)

    def stop(self) -> None:
        self._over.set()
        self.join()
