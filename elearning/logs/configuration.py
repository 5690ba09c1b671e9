"""How the standard library's logging is set up: for Django's LOGGING and for gunicorn's.

Needs no settings, for gunicorn begins before there are any.
"""

from typing import Any


def logging_config(
    *, level: str, form: str, release: str = "unreleased", with_values: bool = False
) -> dict[str, Any]:
    """What logging.config.dictConfig takes.

    `level`: "DEBUG", "INFO", "WARNING" or "ERROR"; `form`: "json" or "console". `with_values`
    lets the console show what may be about people: for a developer's own machine.
    """
    line: dict[str, Any] = {"()": "elearning.logs.formatter.JsonFormatter", "release": release}
    if form == "console":
        line = {
            "()": "elearning.logs.console.ConsoleFormatter",
            "release": release,
            "with_values": with_values,
        }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {
            "stdout": {"()": "elearning.logs.stdout.Stdout", "formatter": "line"},
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            # Figures are no messages: LOG_LEVEL does not silence them, METRICS=off does.
            "elearning.metrics": _ours(level="INFO"),
            # Django's own handlers, one of which mails whole requests, and gunicorn's to stderr.
            "django": _ours(),
            # What was refused, each request's own line says; what broke, failures.py.
            "django.request": _ours(level="CRITICAL"),
            "django.server": _ours(level="ERROR"),
            "gunicorn.error": _ours(level=level),
            "gunicorn.access": {"handlers": [], "propagate": False, "level": "CRITICAL"},
            **{name: _ours(level=_not_debug(level)) for name in ("botocore", "urllib3", "PIL")},
        },
    }


def _not_debug(level: str) -> str:
    """At DEBUG these tell of every call that they make, and of its signature."""
    return "INFO" if level == "DEBUG" else level


def _ours(**more: str) -> dict[str, Any]:
    """A logger without handlers of its own."""
    return {"handlers": [], "propagate": True, **more}
