"""`manage.py connections`: whether the servers take as many connections as the site may open."""

import dataclasses
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from elearning.db.aliases import READER, WRITER
from elearning.db.connection_budget import (
    DEPLOYING,
    WORKER_THREADS,
    Need,
    Plan,
    configured,
    health,
    limit_of,
    needed,
    reserve,
    web,
    worker,
)


def aliases_of(plan: Plan) -> dict[str, str]:
    return {"writer": WRITER, "reader": READER} if plan.reader else {"writer": WRITER}


def at_least(least: int) -> Any:
    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise ValueError
        return int(text)

    number.__name__ = f"whole number of at least {least}"
    return number


class Command(BaseCommand):
    help = (
        "Computes how many connections to the writer and the reader there can be at most, and"
        " compares that with what the servers allow. Exit status 1 if it is too many."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        task, process = at_least(0), at_least(1)
        parser.add_argument("--web-tasks", type=task, default=1, help="default: 1")
        parser.add_argument("--worker-tasks", type=task, default=1, help="default: 1")
        parser.add_argument(
            "--processes",
            type=process,
            default=settings.WEB_PROCESSES,
            help="of a web task; default: WEB_CONCURRENCY (%(default)s)",
        )
        parser.add_argument(
            "--threads",
            type=process,
            default=settings.WEB_THREADS,
            help="of a process; default: WEB_THREADS (%(default)s)",
        )
        parser.add_argument(
            "--max-connections", type=process, help="of each server; default: the servers are asked"
        )
        parser.add_argument(
            "--deploying",
            action="store_true",
            help=f"{DEPLOYING} times the tasks: the new ones run before the old ones have ended",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        plan = dataclasses.replace(
            configured(),
            **{
                name: options[name]
                for name in ("web_tasks", "worker_tasks", "processes", "threads", "deploying")
            },
        )
        need = needed(plan)
        self.show(plan, need)
        if limits := self.limits(plan, options["max_connections"]):
            self.compare(need, limits, plan)

    def show(self, plan: Plan, need: Need) -> None:
        threads = _count(plan.threads, "thread")
        threads = f"({threads} + 1 monitor)" if plan.reader else threads
        processes = _count(plan.processes, "process")
        lines = [
            (f"web: {_tasks(plan.web_tasks, plan)} × {processes} × {threads}", web(plan)),
            ("/healthz: while it is asked, 1 of each process", health(plan)),
            (f"worker: {_tasks(plan.worker_tasks, plan)} × {WORKER_THREADS} threads", worker(plan)),
            ("in reserve: migrate, consoles, commands, the replica", reserve(plan)),
            ("at most", need),
        ]
        width = max(len(what) for what, _ in lines)
        self.stdout.write(f"{'Connections':<{width}}  {'writer':>7}  {'reader':>7}")
        for what, each in lines:
            reader = each.reader if plan.reader else "–"
            self.stdout.write(f"{what:<{width}}  {each.writer:>7}  {reader:>7}")

    def limits(self, plan: Plan, told: int | None) -> dict[str, int]:
        """What each server allows, as far as it is known."""
        found = {}
        for name, alias in aliases_of(plan).items():
            limit = told or limit_of(alias)
            if limit is None:
                self.stdout.write(
                    f"What the {name} allows is unknown: it did not answer, or has no limit."
                    " --max-connections tells."
                )
            else:
                found[name] = limit
        return found

    def compare(self, need: Need, limits: dict[str, int], plan: Plan) -> None:
        fits = True
        for name, limit in limits.items():
            own = getattr(need, name)
            fits &= self.verdict(f"The {name}", own, limit)
        if plan.reader:
            # With the reader promoted or gone, its address leads to the writer.
            fits &= self.verdict(
                "Both on one server, after a failover", need.both, min(limits.values())
            )
        if not fits:
            raise CommandError(
                "It does not fit: fewer tasks, processes or threads, or a larger server."
            )
        told = all(name in limits for name in aliases_of(plan))
        self.stdout.write(
            self.style.SUCCESS("It fits." if told else "It fits, as far as is known.")
        )

    def verdict(self, what: str, need: int, limit: int) -> bool:
        fits = need <= limit
        says = f"{limit - need} to spare" if fits else f"{need - limit} TOO MANY"
        self.stdout.write(f"{what}: {need} of {limit}, {says}.")
        return fits


def _tasks(number: int, plan: Plan) -> str:
    if not plan.deploying:
        return _count(number, "task")
    return f"{_count(number * DEPLOYING, 'task')} ({DEPLOYING} × {number}: a deployment rolls)"


def _count(number: int, noun: str) -> str:
    plural = "es" if noun.endswith("s") else "s"
    return f"{number} {noun}{'' if number == 1 else plural}"
