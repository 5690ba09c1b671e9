"""Tasks for a real worker process, which finds them by this module's name."""

import time

from django.db import connection

from accounts.models import Campus
from elearning.tasks.queue import task


@task()
def campuses(name: str) -> list:
    """Where it reads, and how many campuses of that name are seen there."""
    found = Campus.objects.filter(name=name)
    return [found.db, found.count()]


@task()
def add_campus(name: str, seconds: float) -> str:
    """Make one that was not there yet, in so many seconds' time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'at work'")
    time.sleep(seconds)
    Campus.objects.get_or_create(name=name)
    return name


@task()
def count_calls(path: str, seconds: float) -> str:
    """Leave a mark in a file, and take so long without the database."""
    with open(path, "a") as file:  # noqa: PTH123 - one call is one line
        file.write("called\n")
    time.sleep(seconds)
    return path
