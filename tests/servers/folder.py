"""A folder for servers that is gone when the tests are, however they end."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

# Databases wait for the disk again and again; memory is several times as fast.
_MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a name of its own in it
_MEMORY_NEEDED = 1024**3  # bytes

# Waits until its standard input ends, which the kernel sees to even when we are killed.
_WATCHER = """
trap '' INT TERM HUP
cat >/dev/null
pids="$(cat "$0"/*.pid 2>/dev/null)"
[ -z "$pids" ] || kill -QUIT $pids 2>/dev/null
for pid in $pids; do
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.2
    done
    kill -KILL "$pid" 2>/dev/null
done
rm -rf -- "$0" || { sleep 1; rm -rf -- "$0"; }
"""


class ServerFolder:
    """A new folder in memory where there is room, else under the system's temporary one.

    Servers started for it write `<name>.pid` into it (the process id alone). close(), or the end
    of this process for whatever reason, ends those that still run and removes the folder.
    """

    def __init__(self, prefix: str) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=_place()))
        self._watcher = subprocess.Popen(
            ["sh", "-c", _WATCHER, self.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def close(self) -> None:
        self._watcher.communicate()


def _place() -> Path | None:
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _MEMORY_NEEDED:
        return None
    return _MEMORY
