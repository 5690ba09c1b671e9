"""`manage.py seed_demo`: a living school to look at, of any size."""

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demo import ACCOUNTS, PASSWORD
from config.demo.seed import Refused, Size, is_seeded, seed


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1.")
    return int(text)


class Command(BaseCommand):
    help = "Fills an empty database with a school: people, classes, courses, weeks of study."

    def add_arguments(self, parser: CommandParser) -> None:
        size = Size()
        parser.add_argument("--students", type=at_least_one, default=size.students)
        parser.add_argument("--courses", type=at_least_one, default=size.courses)
        parser.add_argument("--lessons", type=at_least_one, default=size.lessons)
        parser.add_argument(
            "--yes",
            action="store_true",
            help="Do it outside DEBUG too, where accounts of a known password are a danger.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not options["yes"]:
            raise CommandError(
                "The demo accounts have a password that everybody knows. Outside DEBUG this "
                "needs --yes; never do it on a site that real people use."
            )
        if is_seeded():
            self.stdout.write("The demo is already here; nothing was changed.")
            return
        try:
            seed(Size(options["students"], options["courses"], options["lessons"]), self.say)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.say(f"Done. Sign in with the password {PASSWORD} as:")
        for username, who in ACCOUNTS.items():
            self.say(f"  {username:<10} {who}")

    def say(self, text: str) -> None:
        self.stdout.write(text)
