"""The stories of tests/worker_stories.py on SQLite, as in `make run`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.servers.workers import Bench

pytest.register_assert_rewrite("tests.worker_stories")
from tests.worker_stories import *  # noqa: E402, F403 - tests are found by their names


@pytest.fixture
def bench(transactional_db, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path, {"DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}"})
    yield bench
    bench.close()
