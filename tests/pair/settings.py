"""The tests' settings on a MariaDB writer and its replica, which conftest.py starts."""

import dj_database_url

from tests.servers import mariadb
from tests.servers.ports import free_port
from tests.settings import *  # noqa: F403 - all of them, then ours

PAIR = "mariadb"
WRITER_PORT = free_port()
READER_PORT = free_port()
WRITER_URL = f"mysql://{mariadb.USER}:{mariadb.PASSWORD}@127.0.0.1:{WRITER_PORT}/{mariadb.DATABASE}"
READER_URL = f"mysql://{mariadb.USER}:{mariadb.PASSWORD}@127.0.0.1:{READER_PORT}/{mariadb.DATABASE}"
DATABASES = {
    "default": dict(dj_database_url.parse(WRITER_URL)),
    "reader": dict(dj_database_url.parse(READER_URL)),
}
for _database in DATABASES.values():
    _database["OPTIONS"] = {"charset": "utf8mb4"}
# The test database is made on the writer alone; replication brings it to the reader.
DATABASES["reader"]["TEST"] = {"MIRROR": "default"}
