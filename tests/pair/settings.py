"""The tests' settings on a MariaDB writer and its replica, which conftest.py starts."""

from config.databases import databases
from tests.servers.mariadb import DATABASE, PASSWORD, USER, missing
from tests.servers.ports import free_port
from tests.settings import *  # noqa: F403 - all of them, then ours

PAIR = "mariadb"
WRITER_PORT = free_port()
READER_PORT = free_port()
# Without the driver Django does not even start, and nobody would hear what is missing.
if missing() is None:
    DATABASES = databases(
        url=f"mysql://{USER}:{PASSWORD}@127.0.0.1:{WRITER_PORT}/{DATABASE}",
        reader_url=f"mysql://{USER}:{PASSWORD}@127.0.0.1:{READER_PORT}/{DATABASE}",
    )
    DATABASE_ROUTERS = ["elearning.db.router.Router"]
