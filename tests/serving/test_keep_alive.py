"""Connections that a load balancer keeps: after a minute of silence they still answer."""

import http.client
import random
import threading
import time
from dataclasses import dataclass, field

from tests.servers.site import HOST

PAUSES = (59.0, 61.0)
"""Seconds: an ALB lets an idle connection go after 60."""
LINES = 40


@dataclass
class Soak:
    """Connections that ask, say nothing for about a minute, and ask again."""

    statuses: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def sit(self, port: int) -> None:
        line = http.client.HTTPConnection(HOST, port, timeout=30)
        try:
            self._ask(line)
            kept = line.sock
            time.sleep(random.uniform(*PAUSES))
            self._ask(line)
            if line.sock is not kept:
                self.errors.append("another connection")
        except (OSError, http.client.HTTPException) as error:
            self.errors.append(type(error).__name__)
        finally:
            line.close()

    def _ask(self, line: http.client.HTTPConnection) -> None:
        line.request("GET", "/slow/")
        response = line.getresponse()
        response.read()
        self.statuses.append(response.status)


def test_after_pauses_of_59_to_61_seconds_there_is_no_502(serve, behind):
    web = serve(WEB_CONCURRENCY="2")
    proxy = behind(web)
    soak = Soak()
    # Half of them to gunicorn itself: what a load balancer would meet that reuses a connection.
    ports = [proxy.port, web.port] * (LINES // 2)
    threads = [threading.Thread(target=soak.sit, args=[port]) for port in ports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert soak.errors == []
    assert soak.statuses == [200] * 2 * LINES
