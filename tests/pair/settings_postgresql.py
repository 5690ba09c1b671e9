"""The tests' settings on a PostgreSQL writer and its standby, which conftest.py starts."""

from config.databases import databases
from tests.servers.ports import free_port
from tests.servers.postgresql import DATABASE, PASSWORD, USER
from tests.settings import *  # noqa: F403 - all of them, then ours

PAIR = "postgresql"
WRITER_PORT = free_port()
READER_PORT = free_port()
DATABASES = databases(
    url=f"postgres://{USER}:{PASSWORD}@127.0.0.1:{WRITER_PORT}/{DATABASE}",
    reader_url=f"postgres://{USER}:{PASSWORD}@127.0.0.1:{READER_PORT}/{DATABASE}",
)
DATABASE_ROUTERS = ["elearning.db.router.Router"]
