"""The image's HEALTHCHECK: where gunicorn runs, it answers /livez.

Workers, schedulers and commands have no address. They are well as long as they are there: when
they end, the container does.
"""

import http.client
import os
import sys
from pathlib import Path

APPLICATION = b"config.wsgi"
"""On gunicorn's command line alone; with an init it is not the first process."""


def serves_pages() -> bool:
    return any(APPLICATION in line.split(b"\0") for line in _command_lines())


def _command_lines() -> list[bytes]:
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes())
        except OSError:
            continue  # It has just ended.
    return lines


def is_live() -> bool:
    port = int(os.environ.get("PORT", "8000"))
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        line.request("GET", "/livez")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


if __name__ == "__main__":
    sys.exit(0 if not serves_pages() or is_live() else 1)
