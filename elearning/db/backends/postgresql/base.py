"""PostgreSQL and Aurora PostgreSQL."""

from django.db.backends.postgresql import base

from elearning.db.backends.watched import WatchedWrapper


class DatabaseWrapper(WatchedWrapper, base.DatabaseWrapper):
    """Django's, watched."""

    def make_read_only(self) -> None:
        with self.cursor() as cursor:
            cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")

    def is_read_only_server(self) -> bool:
        with self.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            (read_only,) = cursor.fetchone()
        return bool(read_only)

    def given_up(self) -> bool:
        return self.connection is not None and bool(self.connection.closed)
