"""HAProxy in the place of an ALB: it asks /readyz, and tries every request once."""

import contextlib
import csv
import io
import shutil
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from tests.servers.server import Server

_SECONDS = 10
_IDLE_SECONDS = 60
"""As an ALB: who says nothing for so long, on either side, is let go."""


def missing() -> str | None:
    """What it wants and is not here; None if it can be started."""
    return None if _program() else "no haproxy; apt install haproxy"


def _program() -> str | None:
    return shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")


class HAProxy(Server):
    """Passes HTTP on to those of `sites` (name → port of 127.0.0.1) that are ready.

    A site counts as ready after one good answer and as gone after two bad ones, half a second
    apart. No request is tried twice, and connections to the sites are kept and shared.
    It tells them that clients came by `scheme`, whatever they came by.
    """

    def __init__(
        self, folder: Path, name: str, sites: Mapping[str, int], scheme: str = "http"
    ) -> None:
        super().__init__(folder, name)
        self.sites = dict(sites)
        self.scheme = scheme
        self._control = self.data / "control"

    def make_data(self) -> None:
        self.data.mkdir()
        servers = "\n".join(
            f"    server {name} 127.0.0.1:{port} check" for name, port in self.sites.items()
        )
        (self.data / "haproxy.cfg").write_text(
            f"""
global
    maxconn 4000
    stats socket {self._control} mode 600 level admin
defaults
    mode http
    retries 0
    timeout connect 5s
    timeout client {_IDLE_SECONDS + 15}s
    timeout http-keep-alive {_IDLE_SECONDS + 15}s
    timeout server {_IDLE_SECONDS}s
    option forwardfor
    http-reuse always
    default-server inter 500ms fall 2 rise 1 pool-purge-delay {_IDLE_SECONDS}s
frontend door
    bind 127.0.0.1:{self.port}
    http-request set-header X-Forwarded-Proto {self.scheme}
    default_backend sites
backend sites
    balance roundrobin
    option httpchk GET /readyz
{servers}
"""
        )

    def command(self) -> list[str]:
        program = _program()
        assert program, missing()
        return [program, "-db", "-f", str(self.data / "haproxy.cfg")]

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            return bool(self.states())
        return False

    def states(self) -> dict[str, str]:
        """`UP`, `DOWN`, and what lies between (`DOWN 1/2`), of each site."""
        table = csv.DictReader(io.StringIO(self._ask("show stat").lstrip("# ")))
        return {
            row["svname"]: row["status"]
            for row in table
            if row["pxname"] == "sites" and row["svname"] != "BACKEND"
        }

    def wait_until(self, site: str, state: str) -> None:
        """Until it takes that site for `UP` or `DOWN`. TimeoutError if it does not."""
        deadline = time.monotonic() + _SECONDS
        while self.states()[site] != state:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{site} is {self.states()[site]}, not {state}.")
            time.sleep(0.05)

    def _ask(self, command: str) -> str:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(_SECONDS)
            line.connect(str(self._control))
            line.sendall(f"{command}\n".encode())
            return b"".join(iter(lambda: line.recv(65536), b"")).decode()
