"""gunicorn as it is deployed, as processes of its own."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers.folder import ServerFolder
from tests.servers.haproxy import HAProxy
from tests.servers.site import Web, deployed

_numbers = itertools.count()


@pytest.fixture(scope="session")
def prepared() -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder with a migrated database, and the environment of a site that is in it."""
    folder = ServerFolder("elearning-serving-")
    environment = deployed(folder.path) | {"DJANGO_SETTINGS_MODULE": "tests.serving.settings"}
    first = Web(folder.path, "prepare", environment)
    first.run_to_end(["manage.py", "migrate", "--verbosity", "0"])
    first.run_to_end(["manage.py", "createcachetable"])
    yield folder.path, environment
    folder.close()


class Impatient(Web):
    """gunicorn with little patience and few connections, as the environment says."""

    def command(self) -> list[str]:
        return ["-m", "gunicorn", "-c", "python:tests.serving.impatient", "config.wsgi"]


@pytest.fixture
def serve(prepared) -> Iterator[Callable[..., Web]]:
    """`serve("a", WEB_THREADS="4")` starts one more gunicorn, of that name, on its own port."""
    folder, environment = prepared
    begun = []

    def start(name: str = "web", kind: type[Web] = Web, **own: str) -> Web:
        web = kind(folder, name, environment | own)
        begun.append(web)
        web.start()
        return web

    yield start
    for web in begun:
        web.stop()


@pytest.fixture
def behind(prepared) -> Iterator[Callable[..., HAProxy]]:
    """`behind(one, another)`: a load balancer before them, when it has found them ready."""
    begun = []

    def start(*sites: Web, scheme: str = "http") -> HAProxy:
        ports = {web.data.name: web.port for web in sites}
        proxy = HAProxy(prepared[0], f"haproxy-{next(_numbers)}", ports, scheme)
        begun.append(proxy)
        proxy.start()
        for web in sites:
            proxy.wait_until(web.data.name, "UP")
        return proxy

    yield start
    for proxy in begun:
        proxy.stop()
