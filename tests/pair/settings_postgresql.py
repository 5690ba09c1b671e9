"""The tests' settings on a PostgreSQL writer and its standby, which conftest.py starts."""

from config.databases import databases
from tests.servers.ports import free_port
from tests.servers.postgresql import DATABASE, PASSWORD, USER, missing
from tests.settings import *  # noqa: F403 - all of them, then ours

PAIR = "postgresql"
WRITER_PORT = free_port()
READER_PORT = free_port()
# Without the driver Django does not even start, and nobody would hear what is missing.
if missing() is None:
    DATABASES = databases(
        url=f"postgres://{USER}:{PASSWORD}@127.0.0.1:{WRITER_PORT}/{DATABASE}",
        reader_url=f"postgres://{USER}:{PASSWORD}@127.0.0.1:{READER_PORT}/{DATABASE}",
    )
    DATABASE_ROUTERS = ["elearning.db.router.Router"]
