"""Tests of the images, as running containers. `make image-test` builds them; nothing else does."""

import os

import pytest

from tests.image.containers import NEXT, SITE, WORKER
from tests.left_out import left_out
from tests.servers import mariadb
from tests.servers.ports import free_port


def pytest_pycollect_makemodule(module_path, parent):
    if not all(os.environ.get(name) for name in (SITE, WORKER, NEXT, "IMAGE_PODMAN")):
        return left_out(parent, module_path, "tests/image: `make image-test` builds the images")
    return None


@pytest.fixture(scope="session")
def pair():
    """A MariaDB writer and its replica, empty."""
    pair = mariadb.Pair(free_port(), free_port())
    pair.start()
    yield pair
    pair.stop()


@pytest.fixture(scope="session")
def databases(pair):
    """What the site's environment says of them."""

    def url(address):
        account = f"{mariadb.USER}:{mariadb.PASSWORD}"
        return f"mysql://{account}@127.0.0.1:{address.port}/{mariadb.DATABASE}"

    return {
        "DATABASE_URL": url(pair.writer_address),
        "DATABASE_READER_URL": url(pair.reader_address),
    }
