"""The failover drill (`make drill`): the writer dies under load, and the replica takes over.

A MariaDB writer and its replica, each behind an address as Aurora gives them; the real site in
front of them, by gunicorn with two processes and over TLS, which IAM forces on Aurora; students
who read pages and write progress. In the middle the writer is killed. A while later the replica
is promoted and both addresses lead to it, as Aurora's do when its only reader is promoted. In the
end what the database holds is compared with what the students were told.
"""

import argparse
import contextlib
import os
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.drills.census import Census, Made
from tests.drills.site import Site, environment
from tests.drills.table import Row, lines, passed
from tests.servers import mariadb
from tests.servers.folder import ServerFolder
from tests.servers.mariadb import DATABASE, PASSWORD, USER, MariaDB, Pair

if TYPE_CHECKING:
    # Not before Django is set up.
    from tests.drills.learner import Learner
    from tests.drills.stored import Stored

PROCESSES = 2
SOON = 5.0
"""Seconds until all write again when there is a writer again: the site looks for one every
second, the client was told to come again in two, and the machine is busy."""
HANGING = 30.0
HELD_UP = (
    "SELECT COUNT(*) FROM information_schema.processlist"
    " WHERE user = %s AND state LIKE 'Waiting for%%'"
)
HALF_DONE = 3
"""Requests in whose middle the writer must die."""


@dataclass(frozen=True, slots=True)
class Outage:
    """When the writer was killed, and when there was one again; time.monotonic()."""

    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began


def main() -> int:
    options = _options()
    reason = mariadb.missing()
    if reason:
        sys.stderr.write(f"The drill cannot run: {reason}\n")
        return 2
    # As on Aurora, whose storage both share: what is acknowledged is on the replica.
    pair = Pair(semi_sync=True)
    folder = ServerFolder("elearning-drill-")
    site = Site(folder, options.log or folder.path / "site.log")
    try:
        _say("Starting the databases …")
        pair.start()
        os.environ |= environment(folder.path / "var", processes=PROCESSES, threads=options.threads)
        os.environ |= {
            "DATABASE_URL": _url(pair.writer_address.port),
            "DATABASE_READER_URL": _url(pair.reader_address.port),
            "DATABASE_TLS_CA": "" if options.plain else str(pair.ca),
        }
        rows = _drill(pair, site, options)
        for line in lines(f"Failover, {options.clients} students", rows):
            _say(line)
        if passed(rows):
            return 0
        sys.stderr.write(f"The end of the site's log:\n{site.end_of_log()}\n")
        return 1
    except KeyboardInterrupt:
        _say("FAILED: stopped before its end")
        return 130
    finally:
        site.stop()
        pair.stop()
        folder.close()


def _drill(pair: Pair, site: Site, options: argparse.Namespace) -> list[Row]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from tests.drills import school, stored
    from tests.drills.learner import Learner

    _say("Preparing the school …")
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    juku = school.open_school(options.clients)
    connections.close_all()
    pair.in_step()
    counts = Census({"writer": pair.writer, "reader": pair.replica})
    counts.start()
    _say("Starting the site …")
    site.start()
    door, leave = threading.Barrier(options.clients), threading.Event()
    learners = [Learner(juku, student, site.port, door, leave) for student in juku.students]
    _say(f"{options.clients} students for {options.seconds:g} s …")
    for learner in learners:
        learner.start()
    time.sleep(options.seconds / 3)
    _say("Killing the writer …")
    outage = _fail_over(pair, counts, options.away)
    _say("The replica is the writer.")
    time.sleep(max(0.0, options.seconds * 2 / 3 - outage.seconds))
    leave.set()
    deadline = time.monotonic() + HANGING
    for learner in learners:
        learner.join(max(0.0, deadline - time.monotonic()))
    counts.stop()
    with connections["default"].cursor() as cursor:
        cursor.execute(Pair.PORT_QUERY)
        assert cursor.fetchone() == (pair.replica.port,), "This is not the promoted replica."
    found = stored.compare(juku, [(learner.student.pk, learner.diary) for learner in learners])
    for sentence in (*found.lost[:10], *found.duplicated[:10]):
        sys.stderr.write(f"{sentence}\n")
    rows = _rows(learners, outage, found, counts.most)
    return [*rows, _unencrypted(counts.made, plain=options.plain)]


def _fail_over(pair: Pair, counts: Census, away: float) -> Outage:
    began = time.monotonic()
    _kill_in_the_middle(pair.writer)
    time.sleep(away)
    pair.promote()
    counts.rename("reader", "both")
    for address in (pair.writer_address, pair.reader_address):
        address.point_at(pair.replica.port)
    return Outage(began, time.monotonic())


def _kill_in_the_middle(writer: MariaDB) -> None:
    """Hold some requests up in the middle of a statement, and kill the server then.

    By chance its death would mostly meet connections at rest. And not within a transaction,
    whose rollback would meet a more telling error than the statement did.
    """
    from accounts.models import User

    with contextlib.closing(writer.connect()) as connection:
        connection.cursor().execute(f"LOCK TABLES {DATABASE}.{User._meta.db_table} WRITE")
        deadline = time.monotonic() + SOON
        while writer.value(HELD_UP, USER) < HALF_DONE:
            assert time.monotonic() < deadline, "Nobody is at the writer."
            time.sleep(0.01)
        writer.kill()


def _rows(
    learners: Sequence["Learner"],
    outage: Outage,
    found: "Stored",
    connections: Mapping[str, int],
) -> list[Row]:
    from elearning.db.connection_budget import configured, web

    diaries = [learner.diary for learner in learners]
    for sentence in [s for d in diaries for s in (*d.failed_reads, *d.wrong_answers)][:20]:
        sys.stderr.write(f"{sentence}\n")
    told = [b.acknowledged_at for d in diaries for b in d.beats if b.acknowledged_at is not None]
    before = sum(moment < outage.began for moment in told)
    after = sum(moment > outage.ended for moment in told)
    some = len(learners)
    refused = max((end - start for d in diaries for start, end in d.refused), default=0.0)
    longest = outage.seconds + SOON
    ceiling = web(configured())

    def none(what: str, count: int, of: int | None = None) -> Row:
        return Row(what, f"{count}" if of is None else f"{count} of {of}", "0", count == 0)

    def some_of(what: str, count: int) -> Row:
        return Row(what, f"{count}", f"≥ {some}", count >= some)

    def at_most(what: str, count: int, most: int) -> Row:
        return Row(what, f"{count}", f"≤ {most}", count <= most)

    return [
        none("acknowledged writes lost", len(found.lost), len(told)),
        none("writes duplicated", len(found.duplicated)),
        none("writes answered wrongly", sum(len(d.wrong_answers) for d in diaries)),
        none(
            "failed reads",
            sum(len(d.failed_reads) for d in diaries),
            sum(d.reads for d in diaries),
        ),
        none("students who hang", sum(not learner.finished for learner in learners)),
        Row("seconds of refused writes", f"{refused:.1f}", f"≤ {longest:.1f}", refused <= longest),
        Row("  of them without any writer", f"{outage.seconds:.1f}"),
        some_of("writes acknowledged before", before),
        some_of("writes acknowledged after", after),
        some_of("writes sent again after a lost answer", sum(d.repeats for d in diaries)),
        Row("writes refused, and sent again", f"{sum(d.refusals for d in diaries)}"),
        Row("reads with the notice", f"{sum(d.notices for d in diaries)}"),
        Row("slowest read, seconds", f"{max(d.slowest_read for d in diaries):.2f}"),
        at_most("connections to the writer", connections["writer"], ceiling.writer),
        at_most("connections to the reader", connections["reader"], ceiling.reader),
        at_most("connections to both, promoted", connections["both"], ceiling.both),
    ]


def _unencrypted(connections: Made, *, plain: bool) -> Row:
    count = connections.made - connections.encrypted
    measured = f"{count} of {connections.made}"
    if plain:
        return Row("connections without TLS", measured)
    held = count == 0 and connections.made > 0
    return Row("connections without TLS", measured, "0", held)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--clients", type=int, default=20, help="students; default: %(default)s")
    parser.add_argument(
        "--seconds", type=float, default=30, help="of load; the writer dies after a third of them"
    )
    parser.add_argument(
        "--away", type=float, default=3, help="seconds until the replica is promoted"
    )
    # Fewer than there are clients: all have work, and open every connection there can be.
    parser.add_argument(
        "--threads", type=int, default=4, help="of each process; default: %(default)s"
    )
    parser.add_argument("--plain", action="store_true", help="no TLS to the databases")
    parser.add_argument("--log", type=Path, help="where the site's log shall stay")
    return parser.parse_args()


def _url(port: int) -> str:
    return f"mysql://{USER}:{PASSWORD}@127.0.0.1:{port}/{DATABASE}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
