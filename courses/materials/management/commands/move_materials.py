"""`manage.py move_materials`: material from this disk to the bucket, or back; see material.md."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.materials.moving import copying
from courses.materials.moving.copying import NotMoved, Outcome
from courses.materials.moving.named import (
    NamedFile,
    in_words,
    is_still_named,
    named_files,
    total,
    uploads_under_way,
)
from courses.materials.moving.places import PlaceFailed, places, serves_the_site
from courses.materials.moving.progress import Progress
from elearning.uploads.limits import size_in_words

OTHER = {"s3": "local", "local": "s3"}
EVERY_ON_A_TERMINAL = 2.0
EVERY_IN_A_LOG = 30.0
"""Seconds between two lines."""


class Command(BaseCommand):
    help = (
        "Copies all material to the other place and compares what has arrived with what was "
        "sent. May be broken off and run again at any time: it goes on where it was. Nothing is "
        "removed without --remove. Exit status 1 if a file could not be moved."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", choices=sorted(OTHER), required=True, help="where to")
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--quick", action="store_true", help="compare sizes; do not read back what was sent"
        )
        how.add_argument(
            "--remove",
            action="store_true",
            help="copy nothing; remove what the other place is proven to hold, byte by byte",
        )

    def handle(self, *args: Any, to: str, quick: bool, remove: bool, **options: Any) -> None:
        if remove and serves_the_site(OTHER[to]):
            raise CommandError(
                "The site still serves its material from where you want it removed. Change its "
                "environment and restart it first (see docs/material.md)."
            )
        try:
            ends = places()
        except PlaceFailed as error:
            raise CommandError(str(error)) from error
        source, target = ends[OTHER[to]], ends[to]
        try:
            source.reach()
            target.reach()
            self.stdout.write(
                f"Removing from {source.name} what {target.name} holds"
                if remove
                else f"From {source.name} to {target.name}"
            )

            def move(file: NamedFile, progress: Progress) -> Outcome:
                if remove:
                    return copying.remove(file, source, target, tell=progress.tell)
                return copying.copy(file, source, target, quick=quick, tell=progress.tell)

            failed = self._each(move)
        except PlaceFailed as error:
            raise CommandError(f"{error} Run it again: it goes on where it was.") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. Run it again: it goes on where it was.") from None
        if not remove:
            self._say_what_is_under_way()
        if failed:
            left = "removed" if remove else "moved"
            raise CommandError(f"{failed} could not be {left}; each is named above.")

    def _each(self, move: Callable[[NamedFile, Progress], Outcome]) -> int:
        """Do it to every file, and say the sums; how many failed."""
        every = EVERY_ON_A_TERMINAL if self.stdout.isatty() else EVERY_IN_A_LOG
        progress = Progress(*total(), say=self.stdout.write, every=every)
        count: Counter[Outcome] = Counter()
        size: Counter[Outcome] = Counter()
        failed = 0
        for file in named_files():
            progress.begin()
            try:
                outcome = move(file, progress)
            except NotMoved as error:
                # Rows change meanwhile, and their files with them: that is no fault of theirs.
                if is_still_named(file):
                    failed += 1
                    self.stderr.write(f"{in_words(file)}: {error} ({file.key})")
            else:
                count[outcome] += 1
                size[outcome] += file.size or 0
            progress.end(file.size or 0)
        self.stdout.write(progress.line())
        for outcome in Outcome:
            if count[outcome]:
                self.stdout.write(
                    f"{outcome.value}: {count[outcome]} files, {size_in_words(size[outcome])}"
                )
        return failed

    def _say_what_is_under_way(self) -> None:
        if number := uploads_under_way():
            self.stdout.write(
                f"uploads under way: {number}, not moved. Let them end before the site is "
                "restarted, and run this again; those cut off then are sent anew."
            )
