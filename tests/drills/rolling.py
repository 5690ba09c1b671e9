"""The rolling drill (`make drill-roll`): three sites are renewed one by one under load.

A MariaDB writer and its replica, HAProxy in the place of the ALB, and three gunicorn behind it;
students who read pages and write progress through it. One after the other each site is told to
end when its successor is ready, as ECS does it; HAProxy learns that from /readyz alone, and
tries no request twice. In the end one of gunicorn's processes is killed.
"""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.drills.table import Row, lines, passed
from tests.servers import haproxy, mariadb
from tests.servers.folder import ServerFolder
from tests.servers.haproxy import HAProxy
from tests.servers.mariadb import DATABASE, PASSWORD, USER, Pair
from tests.servers.site import Web, deployed

if TYPE_CHECKING:
    # Not before Django is set up.
    from tests.drills.learner import Exchange, Learner
    from tests.drills.stored import Stored

SITES = 3
PROCESSES = 2
DRAIN_SECONDS = 3
"""HAProxy asks twice a second and believes the second no."""
SLOWEST = 2.0
HANGING = 30.0
AFTER_KILL = 5.0
"""Seconds of load after the killing."""


@dataclass(frozen=True, slots=True)
class Kill:
    """When a process was told to die, and when it was gone; time.monotonic()."""

    began: float
    ended: float


def main() -> int:
    options = _options()
    reason = mariadb.missing() or haproxy.missing()
    if reason:
        sys.stderr.write(f"The drill cannot run: {reason}\n")
        return 2
    pair = Pair()
    folder = ServerFolder("elearning-rolling-")
    try:
        _say("Starting the databases …")
        pair.start()
        os.environ |= deployed(folder.path) | {
            "DJANGO_SETTINGS_MODULE": "tests.drills.settings",
            "DATABASE_URL": _url(pair.writer_address.port),
            "DATABASE_READER_URL": _url(pair.reader_address.port),
            "WEB_CONCURRENCY": str(PROCESSES),
            "WEB_THREADS": "8",
            "DRAIN_SECONDS": str(DRAIN_SECONDS),
        }
        rows = _drill(pair, folder.path, options)
        for line in lines(f"Rolling, {options.clients} students", rows):
            _say(line)
        if passed(rows):
            return 0
        for log in sorted(folder.path.glob("*.log")):
            sys.stderr.write(f"The end of {log.name}:\n{_end_of(log)}\n")
        return 1
    except KeyboardInterrupt:
        _say("FAILED: stopped before its end")
        return 130
    finally:
        folder.close()
        pair.stop()


def _drill(pair: Pair, folder: Path, options: argparse.Namespace) -> list[Row]:
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
    olds = [Web(folder, f"old-{number}", {}) for number in range(SITES)]
    news = [Web(folder, f"new-{number}", {}) for number in range(SITES)]
    door = HAProxy(folder, "haproxy", {web.data.name: web.port for web in (*olds, *news)})
    _say(f"Starting {SITES} sites, and HAProxy before them …")
    for web in olds:
        web.start()
    door.start()
    for web in olds:
        door.wait_until(web.data.name, "UP")
    for web in news:
        door.wait_until(web.data.name, "DOWN")
    leave = threading.Event()
    barrier = threading.Barrier(options.clients)
    learners = [Learner(juku, student, door.port, barrier, leave) for student in juku.students]
    _say(f"{options.clients} students for {options.seconds:g} s …")
    began = time.monotonic()
    for learner in learners:
        learner.start()
    statuses = []
    for number, (old, new) in enumerate(zip(olds, news, strict=True), start=1):
        _wait_until(began + options.seconds * number / (SITES + 2))
        statuses.append(_replace(door, old, new))
    _wait_until(began + options.seconds)
    _say("Killing a process of gunicorn …")
    kill = _kill(news[0].workers[0])
    time.sleep(AFTER_KILL)
    leave.set()
    deadline = time.monotonic() + HANGING
    for learner in learners:
        learner.join(max(0.0, deadline - time.monotonic()))
    alive = len(news[0].workers)
    for server in (door, *news):
        server.stop()
    found = stored.compare(juku, [(learner.student.pk, learner.diary) for learner in learners])
    return _rows(learners, kill, statuses, found, alive)


def _replace(door: HAProxy, old: Web, new: Web) -> int:
    """The exit status of the old one."""
    _say(f"{new.data.name} takes the place of {old.data.name} …")
    new.start()
    door.wait_until(new.data.name, "UP")
    old.tell_to_stop()
    return old.ended(seconds=HANGING)


def _kill(pid: int) -> Kill:
    began = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}").exists() and _state(pid) != "Z":
        time.sleep(0.001)
    return Kill(began, time.monotonic())


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def _rows(
    learners: Sequence["Learner"],
    kill: Kill,
    statuses: list[int],
    found: "Stored",
    alive: int,
) -> list[Row]:
    exchanges = [each for learner in learners for each in learner.diary.exchanges]
    rolling = [each for each in exchanges if each.ended < kill.began]
    later = [each for each in exchanges if each.ended >= kill.began]
    in_flight = [each for each in later if each.began <= kill.ended]
    broken = [each for each in rolling if not _well(each)]
    not_in_flight = [each for each in later if not _well(each) and each.began > kill.ended]
    for each in (*broken, *not_in_flight)[:20]:
        sys.stderr.write(f"{each}\n")
    slowest = max(each.ended - each.began for each in rolling)
    told = sum(b.acknowledged_at is not None for learner in learners for b in learner.diary.beats)

    def none(what: str, count: int, of: int) -> Row:
        return Row(what, f"{count} of {of}", "0", count == 0)

    return [
        none("sites that did not end by themselves", sum(map(bool, statuses)), SITES),
        none("requests not answered 2xx or 3xx", len(broken), len(rolling)),
        Row("slowest request, seconds", f"{slowest:.2f}", f"≤ {SLOWEST:g}", slowest <= SLOWEST),
        Row("requests in flight at the kill", f"{len(in_flight)}"),
        Row("  of them failed", f"{sum(not _well(each) for each in in_flight)}"),
        none("others that failed after the kill", len(not_in_flight), len(later)),
        Row("processes afterwards", f"{alive}", f"{PROCESSES}", alive == PROCESSES),
        none("acknowledged writes lost", len(found.lost), told),
        none("writes duplicated", len(found.duplicated), told),
        none("students who hang", sum(not each.finished for each in learners), len(learners)),
    ]


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-30:])


def _well(exchange: "Exchange") -> bool:
    return 200 <= exchange.status < 400


def _wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--clients", type=int, default=20, help="students; default: %(default)s")
    parser.add_argument(
        "--seconds", type=float, default=60, help="of load before the kill; default: %(default)s"
    )
    return parser.parse_args()


def _url(port: int) -> str:
    return f"mysql://{USER}:{PASSWORD}@127.0.0.1:{port}/{DATABASE}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
