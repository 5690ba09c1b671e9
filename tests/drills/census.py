"""How many connections the site has open, counted on the servers themselves."""

import threading
from collections import Counter
from collections.abc import Mapping

from tests.servers.mariadb import USER, MariaDB

COUNT = "SELECT COUNT(*) FROM information_schema.processlist WHERE user = %s"
EVERY = 0.1


class Census(threading.Thread):
    """Counts each of `servers` ten times a second; `most` is the most that each one had.

    `rename()` begins a new count for a server that has another part to play now. A drill that
    counts must not have connections of its own open as the site's user.
    """

    def __init__(self, servers: Mapping[str, MariaDB]) -> None:
        super().__init__(name="census", daemon=True)
        self.most: Counter[str] = Counter()
        self._servers = dict(servers)
        self._over = threading.Event()

    def run(self) -> None:
        import MySQLdb

        while not self._over.wait(EVERY):
            for name, server in list(self._servers.items()):
                try:
                    count = server.value(COUNT, USER)
                except MySQLdb.OperationalError:
                    continue  # it is down, and has none
                self.most[name] = max(self.most[name], count)

    def rename(self, old: str, new: str) -> None:
        self._servers[new] = self._servers.pop(old)

    def stop(self) -> None:
        self._over.set()
        self.join()
