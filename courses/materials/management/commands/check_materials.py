"""`manage.py check_materials`: whether rows and stored files still belong together."""

import datetime
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from courses.materials.housekeeping.missing import (
    is_without_file,
    stored_derivatives,
    stored_uploads,
    without_file,
)
from courses.materials.housekeeping.strays import compared_files, remove_stray
from courses.materials.queries.unused import unused_files
from courses.materials.services.housekeeping import (
    give_up_lost,
    make_again,
    note_unused,
    remove_unused,
)
from elearning.storage.errors import StoreRefuses, StoreUnavailable, refusal_said
from elearning.uploads.housekeeping import require_storage
from elearning.uploads.limits import size_in_words

log = logging.getLogger(__name__)

FEW = 4
"""Of fewer files than this, most may be astray by bad luck, but not all."""


class Command(BaseCommand):
    help = (
        "Reports stored files that no row names, rows whose stored file is gone, and files that no"
        " activity uses any more. With --remove: removes the first, tells teachers of the second"
        " and lets copies be made anew, and removes the third when they are old enough."
        " Not to be run with --remove while materials are being moved."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true", help="not only report")
        parser.add_argument(
            "--older-than-days",
            type=_days,
            default=1,
            metavar="N",
            help="leave stored files alone that are younger: they may be on their way (default: 1)",
        )
        parser.add_argument(
            "--unused-days",
            type=_days,
            default=30,
            metavar="N",
            help="remove what was found unused so long ago (default: 30)",
        )
        parser.add_argument(
            "--even-most",
            action="store_true",
            help="with --remove: go on although most files, or all, are gone or named by no row",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.remove: bool = options["remove"]
        self.even_most: bool = options["even_most"]
        self.failed = 0
        try:
            with refusal_said():
                require_storage()
                self._missing()
                self._strays(datetime.timedelta(days=options["older_than_days"]))
                self._unused(datetime.timedelta(days=options["unused_days"]))
        except StoreRefuses as error:
            raise CommandError(str(error)) from error
        except StoreUnavailable as error:
            raise CommandError("The storage does not answer; run this again later.") from error
        if self.failed:
            raise CommandError(f"{self.failed} failed; the log says why.")

    def _missing(self) -> None:
        """Before the rest: if the storage is the wrong one, nothing may be removed from it."""
        uploads = list(without_file(stored_uploads()))
        for upload in uploads:
            self.stdout.write(f"gone    {upload.key}  {upload.state}  upload {upload.pk}")
        self._refuse_most(len(uploads), stored_uploads().count(), "are gone from the storage")
        self._settle("uploads without their file", uploads, stored_uploads(), give_up_lost)
        copies = list(without_file(stored_derivatives()))
        for copy in copies:
            self.stdout.write(f"gone    {copy.key}  {copy.kind} of upload {copy.upload_id}")
        self._settle("derivatives without their file", copies, stored_derivatives(), make_again)

    def _settle(
        self, name: str, rows: list[Any], among: QuerySet[Any], settle: Callable[[Any], bool]
    ) -> None:
        def if_still_gone(row: Any) -> bool:
            return is_without_file(among, row) and settle(row)

        done = sum(self._try(if_still_gone, row) for row in rows) if self.remove else 0
        self._sum(name, len(rows), done)

    def _strays(self, older_than: datetime.timedelta) -> None:
        """Counted first and removed in a second round, for there may be very many."""
        seen = found = size = 0
        for file, named in compared_files(older_than):
            seen += 1
            if not named:
                self.stdout.write(f"stray   {file.key}  {file.size} bytes  {_age(file.modified)}")
                found, size = found + 1, size + file.size
        self._refuse_most(found, seen, "are named by no row of this database")
        done = 0
        if self.remove and found:
            strays = (file for file, named in compared_files(older_than) if not named)
            done = sum(self._try(remove_stray, file) for file in strays)
        self._sum("stored files that no row names", found, done, size)

    def _refuse_most(self, found: int, among: int, what: str) -> None:
        most = found * 2 > among if among >= FEW else found == among
        if found and most and self.remove and not self.even_most:
            raise CommandError(
                f"{found} of {among} files {what}. Are database and storage the right ones? These"
                " were left alone; if it is really so, say --even-most."
            )

    def _unused(self, unused_for: datetime.timedelta) -> None:
        note_unused()
        before = timezone.now() - unused_for
        found = size = done = 0
        for upload in unused_files().order_by("pk"):
            since = _age(upload.unused_since) if upload.unused_since else "today"
            self.stdout.write(f"unused  {upload.key}  {upload.size} bytes  for {since}")
            found, size = found + 1, size + upload.size
            if self.remove:
                done += self._try(partial(remove_unused, unused_before=before), upload)
        self._sum("files that no activity uses", found, done, size)

    def _try(self, act: Callable[[Any], bool], thing: Any) -> bool:
        """Whether it was done. What fails is logged, and does not keep the rest."""
        try:
            return act(thing)
        except StoreUnavailable:
            raise
        except Exception:
            which = {"kind": type(thing).__name__, "pk": getattr(thing, "pk", None)}
            log.exception("leave_for_next_time", extra=which)
            self.failed += 1
            return False

    def _sum(self, name: str, found: int, done: int, size: int | None = None) -> None:
        amount = f", {size_in_words(size)}" if size else ""
        removed = f"; settled: {done}" if self.remove else ""
        self.stdout.write(f"{found:>7}  {name}{amount}{removed}")


def _days(text: str) -> int:
    if not text.isdecimal():
        raise ValueError
    return int(text)


def _age(since: datetime.datetime) -> str:
    days = (timezone.now() - since).days
    return f"{days} day{'' if days == 1 else 's'}"
