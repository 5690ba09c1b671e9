"""Read the process's environment, and refuse what makes no sense with a sentence.

Every variable is listed in docs/configuration.md.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


@contextmanager
def starting() -> Iterator[None]:
    """What is refused in this block ends the process with its sentence."""
    try:
        yield
    except ImproperlyConfigured as error:
        sys.exit(f"Not started: {error}")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "1" if default else "0").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; it must be 1 or 0.")


def number(
    name: str, default: int, *, least: int = 0, most: int | None = None, because: str = ""
) -> int:
    """A whole number; `because` says in a clause why it may be `most` at most."""
    value = text(name, str(default))
    if not value.isdecimal() or int(value) < least:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; it must be a whole number of at least {least}."
        )
    if most is not None and int(value) > most:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be at most {most}: {because}.")
    return int(value)


def names(name: str) -> list[str]:
    """A comma-separated list, blanks dropped."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
    return value


def secret_key(*, debug: bool) -> str:
    """SECRET_KEY, or the content of SECRET_KEY_FILE; a fixed one only under DEBUG."""
    path = text("SECRET_KEY_FILE")
    if path:
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"SECRET_KEY_FILE cannot be read: {error}.") from error
    key = text("SECRET_KEY")
    if key:
        return key
    if debug:
        return "insecure-key-of-a-development-machine"
    raise ImproperlyConfigured("Set SECRET_KEY or SECRET_KEY_FILE, or DEBUG=1 on your own machine.")
