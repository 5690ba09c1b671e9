"""A real S3 for every test in this folder, and a bucket of its own; see tests/servers/.

They want settings of their own, and are left out, with a line in the summary, under others.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as of_the_run

from tests.browser import chromium, juku, visit  # noqa: F401 - fixtures
from tests.left_out import left_out
from tests.made_files import mp4, office, pdf, picture  # noqa: F401 - fixtures
from tests.servers import radosgw
from tests.servers.forwarder import Forwarder

HOW_TO_RUN = ".venv/bin/python -m pytest tests/s3 --ds=tests.s3.settings"


def _why_not() -> str | None:
    """Why the tests of this folder cannot run here, in words; None when they can."""
    if not hasattr(of_the_run, "GATEWAY_PORT"):
        return f"they want a bucket; run {HOW_TO_RUN}"
    return radosgw.missing()


def pytest_pycollect_makemodule(module_path, parent):
    reason = _why_not()
    return reason and left_out(parent, module_path, f"tests/s3: {reason}")


@pytest.fixture(scope="session")
def gateway() -> Iterator[radosgw.Gateway]:
    """The S3 server, at the address that the settings name; each test finds it as new."""
    gateway = radosgw.Gateway(of_the_run.GATEWAY_PORT)
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.fixture
def cut(gateway) -> Forwarder:
    """The way to the gateway, for the application and for browsers: cut, refuse, stall."""
    return gateway.address


# It comes before a test's own fixtures, so it ends after them: no browser is sending any more.
@pytest.fixture(autouse=True)
def bucket(gateway, request, settings, _own_var_dir) -> Iterator[str]:
    """The name of a new bucket, where the site keeps its material in this test.

    Pages of the live server may send to it and read from it, if the test has one.
    """
    gateway.restore()
    has_pages = "live_server" in request.fixturenames
    origins = [request.getfixturevalue("live_server").url] if has_pages else []
    name = gateway.make_bucket(origins)
    settings.STORAGES = {**settings.STORAGES, **_in_bucket(name)}
    yield name
    gateway.restore()
    gateway.remove_bucket(name)


def _in_bucket(name: str) -> dict[str, Any]:
    default = of_the_run.BUCKET_STORAGES["default"]
    options = {**default["OPTIONS"], "bucket_name": name}
    return {**of_the_run.BUCKET_STORAGES, "default": {**default, "OPTIONS": options}}
