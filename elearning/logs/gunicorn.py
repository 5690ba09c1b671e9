"""gunicorn's own messages, among our lines."""

from typing import Any

from gunicorn.glogging import Logger

from elearning.logs import context, uncaught


class GunicornLogger(Logger):  # type: ignore[misc]
    """For `logger_class`, with `logconfig_dict` from configuration.py.

    It writes no access lines: middleware.py tells each request. Else gunicorn would collect all
    of its headers for a line that nobody wants.
    """

    def __init__(self, cfg: Any) -> None:
        context.set_service("web")
        uncaught.listen()
        super().__init__(cfg)

    def _compute_access_log_enabled(self) -> bool:
        return False
