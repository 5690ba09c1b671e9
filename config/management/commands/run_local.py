"""`manage.py run_local`: everything a newcomer needs, in one terminal (`make run`)."""

import http.client
import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from config import env
from config.demo import ACCOUNTS, PASSWORD
from config.demo.seed import Size, is_seeded, seed
from config.processes import Together
from elearning.tasks.queue import MEDIA

HOST = "127.0.0.1"


def chosen_port() -> int:
    """PORT, free to listen on; CommandError with a sentence if not."""
    try:
        port = env.number("PORT", 8000, least=1)
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error
    if port > 65535:
        raise CommandError(f"PORT is {port}; the largest there is is 65535.")
    with socket.socket() as probe:
        # As gunicorn binds: a port that was in use a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise CommandError(
                f"You may not listen on port {port}; take one above 1023."
            ) from error
        except OSError as error:
            raise CommandError(
                f"Port {port} is in use by another program. Stop that one, or choose another "
                f"port: make run PORT={port + 1 if port < 65535 else 8001}"
            ) from error
    return port


def answers(port: int) -> bool:
    """Whether the site answers yet."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/login/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Command(BaseCommand):
    help = "Prepares the database, then runs the site with its workers until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("This is for your own machine: set DEBUG=1.")
        port = chosen_port()
        self.say("Preparing the database …")
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        if not User.objects.exists():
            self.say("It is empty: filling it with a demo school …")
            seed(Size(), self.say)
        self.say("Starting the site and its workers …")
        dead = self.run_until_stopped(port)
        if dead is not None:
            name, status = dead
            raise CommandError(
                f"The {name} ended by itself (exit status {status}); all is stopped.",
                returncode=status if 0 < status < 126 else 1,
            )
        self.say("All is stopped.")

    def run_until_stopped(self, port: int) -> tuple[str, int] | None:
        """None if somebody stopped it, else which process ended by itself, and how."""
        together = Together()
        together.listen()
        try:
            # Or the first minute's work scrolls the welcome away.
            quiet = {"LOG_LEVEL": env.text("LOG_LEVEL", "WARNING")}
            python = [sys.executable, "-u"]
            together.start(
                "site",
                [*python, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"],
                cwd=settings.BASE_DIR,
                PORT=str(port),
                BIND_HOST=HOST,
                **quiet,
            )
            work = [*python, "manage.py", "work", "--no-reload", "--no-startup-delay"]
            rest = ["--queue-name", "*", "--exclude-queues", MEDIA]
            # Nobody who presses Ctrl-C waits for a film.
            soon = {"WORKER_GRACE_SECONDS": env.text("WORKER_GRACE_SECONDS", "2")}
            together.start("worker", [*work, *rest], cwd=settings.BASE_DIR, **quiet, **soon)
            # A film that is being converted keeps the check of the next file waiting nowhere.
            films = [*work, "--queue-name", MEDIA]
            together.start("worker for films", films, cwd=settings.BASE_DIR, **quiet, **soon)
            dead = together.wait(until=lambda: answers(port))
            if dead is None and not together.asked_to_stop:
                self.welcome(port)
                dead = together.wait()
            if dead is None:
                self.say("Stopping …")
            return dead
        finally:
            together.stop()

    def welcome(self, port: int) -> None:
        self.say("")
        self.say(f"  青葉進学会 is open: http://{HOST}:{port}/")
        if is_seeded():
            self.say(f"  Sign in with the password {PASSWORD} as one of:")
            for username, who in ACCOUNTS.items():
                self.say(f"    {username:<10} {who}")
        self.say(f"  Data and files: {os.path.relpath(settings.VAR_DIR)}   Stop: Ctrl-C")
        self.say("  LOG_LEVEL=INFO make run shows every request and job.")
        self.say("")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
