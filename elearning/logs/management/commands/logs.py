"""Ask the archive of the logs, without Athena."""

import argparse
import datetime
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from elearning.logs.archive import bucket, files, output
from elearning.logs.archive.database import Answer, Archive, NoDatabase, Unreadable
from elearning.logs.archive.questions import Question, questions
from elearning.logs.archive.span import HOUR, Span, moment
from elearning.logs.people import hashed

MOST_HOURS = 31 * 24
STDIN = "-"
_OWN = {
    "request": ("--request", re.compile(r"[0-9a-f]{32}"), "32 hex digits, as in X-Request-ID"),
    "user": ("--user or --hashed", re.compile(r"[0-9a-f]{16}"), "16 hex digits, as in the lines"),
}
_INSTALL = (
    "It needs DuckDB, which is not installed: .venv/bin/python -m pip install --require-hashes "
    "-r requirements/dev.lock"
)


class Command(BaseCommand):
    help = "Ask the archive of the logs a question; without one, list them. See docs/logs.md."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("question", nargs="?")
        place = parser.add_mutually_exclusive_group()
        place.add_argument(
            "--files",
            nargs="+",
            metavar="PATH",
            help="files and folders of lines, gzip or not; - is stdin",
        )
        place.add_argument("--bucket", help="the bucket that the lines are kept in")
        parser.add_argument("--prefix", default=bucket.PREFIX, help="where in the bucket")
        parser.add_argument(
            "--from", dest="since", type=_moment, metavar="TIME", help="2026-11-20T17:00 (Tokyo)"
        )
        parser.add_argument("--to", dest="until", type=_moment, metavar="TIME")
        parser.add_argument("--request", help="32 hex digits")
        person = parser.add_mutually_exclusive_group()
        person.add_argument("--user", metavar="LOGIN", help="the name that somebody signs in with")
        person.add_argument("--hashed", help="16 hex digits, if only the lines are known")
        parser.add_argument("--format", choices=("table", "csv", "json"), default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        known = questions()
        name = options["question"]
        if name is None:
            self._list(known)
            return
        if name not in known:
            raise CommandError(f"There is no question {name!r}, but: {', '.join(known)}.")
        span = _span(options)
        own = _own_values(known[name], options)
        # What was copied is gone when the answer is there, however that ends.
        with tempfile.TemporaryDirectory(prefix="elearning-logs-") as folder:
            self._gather(options, span, Path(folder))
            answer = self._ask(known[name], span.parameters() | own, Path(folder))
        output.write(answer, options["format"], self.stdout)  # type: ignore[arg-type]
        if not answer.rows:
            self._tell("No line answers that.")

    def _list(self, known: dict[str, Question]) -> None:
        widest = max(len(name) for name in known)
        for name, question in known.items():
            self.stdout.write(f"{name:<{widest}}  {question.english} / {question.japanese}")

    def _gather(self, options: dict[str, Any], span: Span, folder: Path) -> None:
        try:
            if options["bucket"]:
                number, size = bucket.fetch(
                    options["bucket"], options["prefix"], span.partitions(), folder, **_where()
                )
                self._tell(f"{number} files, {size / 1024**2:.1f} MiB, from {options['bucket']}.")
            else:
                paths = [Path(path) for path in options["files"] if path != STDIN]
                number = files.gather(paths, folder)
                if STDIN in options["files"]:
                    files.keep(sys.stdin.buffer, folder, "stdin")
                    number += 1
        except bucket.Unreachable as error:
            raise CommandError(
                f"The bucket {options['bucket']} cannot be read: {error}."
            ) from error
        except files.NoSuchFile as error:
            raise CommandError(f"There is no file {error}.") from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        if number == 0:
            raise CommandError("There are no files of lines.")

    def _ask(self, question: Question, values: dict[str, str], folder: Path) -> Answer:
        try:
            archive = Archive(folder)
        except NoDatabase as error:
            raise CommandError(_INSTALL) from error
        try:
            answer = archive.ask(question.sql, [values[name] for name in question.parameters])
            lines, foreign = archive.count()
        except Unreadable as error:
            raise CommandError(f"The lines cannot be read: {error}") from error
        finally:
            archive.close()
        if foreign:
            self._tell(f"{foreign} of {lines} lines are none of ours, and were passed over.")
        return answer

    def _tell(self, words: str) -> None:
        """Beside the answer, which may go to a file; and not in red, for it is no error."""
        self.stderr.write(words, str)


def _moment(text: str) -> datetime.datetime:
    try:
        return moment(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-11-20T17:00.") from None


def _span(options: dict[str, Any]) -> Span:
    """As asked; of the bucket without a beginning, the 24 hours before the end."""
    since, until = options["since"], options["until"]
    if since and until and since >= until:
        raise CommandError("--from is not before --to.")
    if not options["bucket"]:
        if not options["files"]:
            raise CommandError("Say where the lines are: --files PATH…, or --bucket NAME.")
        return Span(since, until)
    until = until or timezone.now()
    since = since or until - 24 * HOUR
    if until - since > MOST_HOURS * HOUR:
        raise CommandError("That is more than 31 days: narrow it by --from and --to.")
    return Span(since, until)


def _own_values(question: Question, options: dict[str, Any]) -> dict[str, str]:
    """What is asked for beside the span: whose, or which request."""
    given = {"request": options["request"], "user": options["hashed"]}
    if options["user"] is not None:
        given["user"] = _hash_of(options["user"])
    for name, (option, shape, words) in _OWN.items():
        if name in question.own_parameters:
            if given[name] is None:
                raise CommandError(f"{question.name} also wants {option}.")
            if not shape.fullmatch(given[name]):
                raise CommandError(f"{option} is not {words}.")
        elif given[name] is not None:
            raise CommandError(f"{question.name} does not ask for {option}.")
    return {name: given[name] for name in question.own_parameters}


def _hash_of(login: str) -> str:
    people = get_user_model()
    try:
        return hashed(people._default_manager.get_by_natural_key(login).pk)
    except people.DoesNotExist:
        raise CommandError(f"Nobody signs in as {login}.") from None
    except DatabaseError as error:
        raise CommandError("The database does not say who that is; use --hashed.") from error


def _where() -> dict[str, str]:
    """The region and endpoint of the bucket that material is in, if it is in one."""
    place = settings.STORAGES.get("bucket", settings.STORAGES["default"])
    names = {"region_name": "region", "endpoint_url": "endpoint"}
    known = place.get("OPTIONS", {})
    return {names[name]: known[name] for name in names if known.get(name)}
