"""How far the reader is behind the writer, in seconds, by the monitor's own connections."""

import time
from typing import Protocol

from django.db import IntegrityError
from django.db.backends.base.base import BaseDatabaseWrapper

from elearning.db import promises
from elearning.db.models import Heartbeat

_TABLE = Heartbeat._meta.db_table
# By hand: the monitor has connections of its own, which the ORM knows nothing of.
COUNT_UP = f"UPDATE {_TABLE} SET beat = beat + 1 WHERE id = 1"  # noqa: S608 - our own table
BEGIN = f"INSERT INTO {_TABLE} (id, beat) VALUES (1, 1)"  # noqa: S608 - our own table
LOOK = f"SELECT beat FROM {_TABLE} WHERE id = 1"  # noqa: S608 - our own table
LOOK_AGAIN = 0.02
LATELY = 3
"""Seconds; Aurora renews its figures about once a second."""


class LagSource(Protocol):
    def beat(self, writer: BaseDatabaseWrapper) -> int:
        """Leave a mark on the writer, if this way needs one; what `lag` is to wait for."""

    def lag(self, reader: BaseDatabaseWrapper, beat: int) -> float | None:
        """Seconds; at least the truth where it is more than allowed. None: unknown."""


class HeartbeatLag:
    """A row that is counted up on the writer; the time until the reader shows it is the lag."""

    def beat(self, writer: BaseDatabaseWrapper) -> int:
        with writer.cursor() as cursor:
            cursor.execute(COUNT_UP)
            if cursor.rowcount == 0:
                try:
                    cursor.execute(BEGIN)
                except IntegrityError:
                    return self.beat(writer)
        return _beat(writer)

    def lag(self, reader: BaseDatabaseWrapper, beat: int) -> float | None:
        began = time.monotonic()
        while True:
            shown = _beat(reader)
            waited = time.monotonic() - began
            if shown >= beat:
                return waited
            if waited > promises.ALLOWED_LAG:
                return waited
            time.sleep(LOOK_AGAIN)


def _beat(connection: BaseDatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute(LOOK)
        row = cursor.fetchone()
    return int(row[0]) if row else 0


class AuroraLag:
    """What Aurora MySQL itself says of its replicas, without a write.

    Source: information_schema.replica_host_status, "Aurora MySQL reference" in the Amazon
    Aurora User Guide. A replica that was removed leaves its row behind, growing old.
    """

    table = "information_schema.replica_host_status"
    this_server = "@@aurora_server_id"

    def beat(self, writer: BaseDatabaseWrapper) -> int:
        return 0

    def lag(self, reader: BaseDatabaseWrapper, beat: int) -> float | None:
        """The worst of the replicas that report; None if this one does not, or not lately."""
        with reader.cursor() as cursor:
            cursor.execute(
                f"SELECT MAX(replica_lag_in_milliseconds), MAX(server_id = {self.this_server})"  # noqa: S608 - ours
                f" FROM {self.table}"
                " WHERE last_update_timestamp >= UTC_TIMESTAMP() - INTERVAL %s SECOND",
                [LATELY],
            )
            worst, this_one_reports = cursor.fetchone()
        return float(worst) / 1000 if this_one_reports else None


def source_for(writer: BaseDatabaseWrapper) -> LagSource:
    """Aurora's own figures where there are some, else the heartbeat row."""
    if writer.vendor == "mysql":
        with writer.cursor() as cursor:
            cursor.execute("SHOW VARIABLES LIKE 'aurora_version'")
            if cursor.fetchone():
                return AuroraLag()
    return HeartbeatLag()
