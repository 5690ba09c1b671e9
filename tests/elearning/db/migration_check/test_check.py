"""The check on the real migrations of this project and of its packages, and one more."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import models
from django.db.migrations import AddField, Migration, RemoveField, RunPython
from django.db.migrations.loader import MigrationLoader

from elearning.db.migration_check.check import check
from elearning.db.migration_check.released import NotReadable, Released, all_of_today, read
from elearning.db.operations import AddIndexOnline, RunInBatches
from tests.migration_cases import rename

NEXT = "uploads.0099_next"
NOTE = AddField("upload", "note", models.TextField(null=True))
PAPER = AddField("upload", "paper", models.TextField(null=True))
DROP = RemoveField("upload", "reason")
CODE = RunPython(RunPython.noop)


@pytest.fixture
def today():
    """Everything that is here is released."""
    return all_of_today(MigrationLoader(None), "0.1.0")


@pytest.fixture
def with_next(today):
    """`with_next(*operations, allowed=…)`: what the check says of one more migration."""

    def with_next(*operations, atomic=True, **allowed):
        loader = MigrationLoader(None)
        migration = Migration("0099_next", "uploads")
        migration.operations = list(operations)
        migration.atomic = atomic
        last = ("uploads", today.migrations["uploads"])
        loader.graph.add_node(("uploads", "0099_next"), migration)
        loader.graph.add_dependency(migration, ("uploads", "0099_next"), last)
        released = Released("0.1.0", today.migrations, {NEXT: allowed} if allowed else {})
        return check(loader, released, frozenset())

    return with_next


def rules(result) -> list[str]:
    return [problem.rule for problem in result.refused]


# --- Migrations as a whole ----------------------------------------------------------------


def test_nothing_is_wrong_when_nothing_is_new(today):
    result = check(MigrationLoader(None), today, frozenset())

    assert (result.migrations, result.problems, result.idle) == ([], [], [])


def test_each_problem_names_its_migration(with_next):
    (problem,) = with_next(DROP).refused

    assert (problem.migration, problem.rule) == (NEXT, "gone")
    assert problem.what == "column uploads_upload.reason"


def test_two_changes_of_former_tables_want_two_migrations(with_next):
    assert rules(with_next(NOTE)) == []
    assert rules(with_next(NOTE, PAPER)) == ["several"]


def test_tables_and_rows_want_two_migrations(with_next):
    assert rules(with_next(NOTE, CODE)) == ["mixed"]
    assert rules(with_next(CODE)) == []


@pytest.mark.parametrize(
    ("operation", "rule"),
    [
        (AddIndexOnline("upload", models.Index(fields=["name"], name="by_name")), "index"),
        (RunInBatches("uploads.Upload", rename), "rows"),
    ],
)
def test_what_can_do_without_a_transaction_must_say_so(with_next, operation, rule):
    """On PostgreSQL a migration is one transaction unless it says otherwise."""
    assert rules(with_next(operation)) == [rule]
    assert rules(with_next(operation, atomic=False)) == []


def test_what_a_package_brings_is_looked_at_too(today):
    """Its upgrade once dropped a column, changed rows, and did both at once."""
    migrations = {
        **today.migrations,
        "django_tasks_database": "0006_alter_dbtaskresult_args_kwargs_and_more",
    }
    refused = check(MigrationLoader(None), Released("old", migrations), frozenset()).refused

    assert {"gone", "rows", "several"} <= {problem.rule for problem in refused}
    assert {problem.migration.split(".")[0] for problem in refused} == {"django_tasks_database"}


def test_a_package_that_is_new_brings_what_it_likes(today):
    migrations = dict(today.migrations)
    del migrations["mfa"]
    result = check(MigrationLoader(None), Released("old", migrations), frozenset())

    assert {name.split(".")[0] for name in result.migrations} == {"mfa"}
    assert result.problems == []


# --- Allowed all the same -----------------------------------------------------------------


def test_what_is_allowed_is_still_told(with_next):
    result = with_next(DROP, gone="Nobody reads it; the worker is stopped meanwhile.")

    assert result.refused == []
    (problem,) = result.problems
    assert problem.allowed == "Nobody reads it; the worker is stopped meanwhile."


def test_one_rule_that_is_allowed_does_not_allow_another(with_next):
    assert rules(with_next(DROP, NOTE, gone="…")) == ["several"]


def test_what_nothing_needs_is_not_to_be_allowed(with_next):
    assert with_next(NOTE, gone="…").idle == [f"{NEXT}: gone"]


# --- The file -----------------------------------------------------------------------------


def test_the_file_of_this_project_fits_its_migrations():
    released = read(Path(settings.RELEASED_MIGRATIONS))

    assert set(released.migrations) <= MigrationLoader(None).migrated_apps
    assert released.nodes(MigrationLoader(None))
    changelog = (settings.BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8")
    assert released.release.startswith("main, ") or f"\n## {released.release} " in changelog


def test_a_released_migration_that_is_gone_is_missed(today):
    released = Released("0.1.0", {**today.migrations, "uploads": "0098_lost"})

    with pytest.raises(NotReadable, match=r"uploads\.0098_lost is said to be released"):
        check(MigrationLoader(None), released, frozenset())


def test_what_was_squashed_since_is_found_again(today):
    loader = MigrationLoader(None)
    squashed = Migration("0001_squashed", "mfa")
    old = [node for node in sorted(loader.graph.nodes) if node[0] == "mfa"]
    squashed.replaces = old
    squashed.operations = [
        operation for node in old for operation in loader.graph.nodes[node].operations
    ]
    loader.graph.add_node(("mfa", "0001_squashed"), squashed)
    loader.graph.add_dependency(squashed, ("mfa", "0001_squashed"), ("accounts", "0001_initial"))
    loader.graph.remove_replaced_nodes(("mfa", "0001_squashed"), old)

    assert check(loader, today, frozenset()).migrations == []
    halfway = Released("0.1.0", {**today.migrations, "mfa": old[0][1]})
    with pytest.raises(NotReadable, match="squashes released migrations together with newer ones"):
        check(loader, halfway, frozenset())


def test_an_app_that_is_not_installed_any_more_is_let_go(today):
    released = Released("0.1.0", {**today.migrations, "former": "0001_initial"})

    assert check(MigrationLoader(None), released, frozenset()).problems == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"release": "0.1.0", "migrations": {}}',
        '{"release": 1, "migrations": {}, "allowed": {}}',
        '{"release": "0.1.0", "migrations": [], "allowed": {}}',
        '{"release": "0.1.0", "migrations": {}, "allowed": {"a.0001": {"gone": " "}}}',
    ],
)
def test_a_file_that_is_not_one_is_refused(tmp_path, text):
    file = tmp_path / "released.json"
    file.write_text(text)

    with pytest.raises(NotReadable):
        read(file)


# --- The command --------------------------------------------------------------------------


@pytest.fixture
def file(settings, tmp_path, today):
    settings.RELEASED_MIGRATIONS = tmp_path / "released.json"
    today.write(settings.RELEASED_MIGRATIONS)
    return settings.RELEASED_MIGRATIONS


def as_released(file, app: str, to: str) -> None:
    content = json.loads(file.read_text())
    content["migrations"][app] = to
    file.write_text(json.dumps(content))


def test_the_command_says_that_all_is_well(file, capsys):
    call_command("check_migrations")

    assert capsys.readouterr().out == "0 migrations since 0.1.0: it can go on while they run.\n"


def test_the_command_gives_reasons_and_the_way_out(file, capsys):
    as_released(file, "django_tasks_database", "0007_add_separate_results_fields")

    with pytest.raises(CommandError, match=r"Not to be rolled out over 0\.1\.0"):
        call_command("check_migrations")

    said = capsys.readouterr().err
    assert "django_tasks_database.0009_remove_results_field: gone: column" in said
    assert "Why: The former release names it in every SELECT" in said
    assert "Way out: " in said


def test_a_release_is_written_down(file, capsys):
    as_released(file, "uploads", "0002_places")
    call_command("check_migrations")
    assert capsys.readouterr().out.startswith("1 migration since 0.1.0")

    call_command("check_migrations", release="0.2.0")

    assert read(file) == all_of_today(MigrationLoader(None), "0.2.0")


def test_a_release_that_is_refused_is_not(file):
    as_released(file, "django_tasks_database", "0007_add_separate_results_fields")
    before = file.read_text()

    with pytest.raises(CommandError):
        call_command("check_migrations", release="0.2.0")

    assert file.read_text() == before


def test_make_lint_asks():
    assert "manage.py check_migrations" in (settings.BASE_DIR / "Makefile").read_text()
