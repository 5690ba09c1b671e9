"""What the environment says about logs; for Django's settings and for gunicorn's."""

import re
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config import env
from elearning.logs.configuration import logging_config

_RELEASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")


def logging_settings() -> dict[str, Any]:
    """What logging.config.dictConfig takes."""
    debug = env.flag("DEBUG", default=False)
    release = env.text("RELEASE") or "unreleased"
    if not _RELEASE.fullmatch(release):
        raise ImproperlyConfigured(
            f"RELEASE is {release!r}; it must be at most 64 letters, digits, dots and dashes."
        )
    return logging_config(
        level=env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        form=env.choice("LOG_FORMAT", "console" if debug else "json", ("json", "console")),
        release=release,
        with_values=debug,
    )
