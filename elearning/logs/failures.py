"""The exception behind a 500, with the id that the page of the failure names."""

import logging
from typing import Any

log = logging.getLogger(__name__)


def tell_failure(sender: Any, **signal: Any) -> None:
    """Receives Django's `got_request_exception`, which is sent while the exception is handled.

    Django's own record has no exception where the page of a 404 fails in its turn, and is made
    of every 503 as well, though nothing broke.
    """
    log.error("fail_request", exc_info=True)
