"""The release that is running goes on while the migrations since then run, one by one."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from elearning.db.migration_check.check import check
from elearning.db.migration_check.released import Released, read
from tests.former_release import FormerRelease

NAMES = ["07_add_separate_results_fields", "09_remove_results_field"]


def test_the_running_release_works_after_each_newer_migration(empty_database):
    executor = MigrationExecutor(connection)
    released = read(Path(settings.RELEASED_MIGRATIONS))
    nodes = released.nodes(executor.loader)
    newer = check(executor.loader, released, frozenset()).migrations
    executor.migrate(nodes)
    running = FormerRelease(executor.loader.project_state(nodes))
    running.works()

    for label in newer:
        executor = MigrationExecutor(connection)
        executor.migrate([tuple(label.split(".", 1))])
        running.works()

    assert MigrationExecutor(connection).migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_a_package_whose_upgrade_drops_a_column_would_break_it(empty_database):
    """django-tasks-db once did; the check sees that, and a database agrees."""
    executor = MigrationExecutor(connection)
    before, after = (("django_tasks_database", f"00{name}") for name in NAMES)
    executor.migrate([before])
    released = Released("before", dict([before]))
    running = FormerRelease(executor.loader.project_state([before]))
    running.works()
    refused = check(executor.loader, released, frozenset()).refused

    MigrationExecutor(connection).migrate([after])

    assert ("gone", ".".join(after)) in {(each.rule, each.migration) for each in refused}
    with pytest.raises(OperationalError, match="Unknown column"):
        running.works()
