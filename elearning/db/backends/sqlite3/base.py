"""SQLite: one file, so that a reader is the same file opened for reading."""

from django.db.backends.sqlite3 import base

from elearning.db.backends.watched import WatchedWrapper


class DatabaseWrapper(WatchedWrapper, base.DatabaseWrapper):
    """Django's, watched."""

    def make_read_only(self) -> None:
        with self.cursor() as cursor:
            cursor.execute("PRAGMA query_only = 1")

    def is_read_only_server(self) -> bool:
        return False
