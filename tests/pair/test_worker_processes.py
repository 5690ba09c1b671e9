"""The stories of tests/worker_stories.py on real databases, and who is first of many."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pair.test_worker import url_of
from tests.servers.workers import Bench

pytest.register_assert_rewrite("tests.worker_stories")
from tests.worker_stories import *  # noqa: E402, F403 - tests are found by their names

pytestmark = pytest.mark.on_postgresql


@pytest.fixture
def bench(pair, tmp_path: Path) -> Iterator[Bench]:
    database = {"DATABASE_URL": url_of("default"), "DATABASE_READER_URL": url_of("reader")}
    bench = Bench(tmp_path, database)
    yield bench
    bench.close()
