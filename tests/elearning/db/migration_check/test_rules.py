"""Each rule, by an example of what it forbids; tests/pair/ shows that a database agrees."""

import pytest
from django.db import models
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    DeleteModel,
    RemoveField,
    RunPython,
    RunSQL,
    SeparateDatabaseAndState,
)
from django.db.migrations.operations.base import Operation

from elearning.db.migration_check.tables import tables_of
from elearning.db.migration_check.words import RULES
from tests.migration_cases import HARMFUL, HARMLESS, RENAME, forgotten, former_state

STUDENT = "school_student"


@pytest.mark.parametrize("name", HARMFUL)
def test_what_the_former_release_cannot_live_with_is_refused(found, name):
    case = HARMFUL[name]

    assert case.rule in {rule for rule, _ in found(*case.operations)}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_it_does_not_notice_is_let_through(found, name):
    assert found(*HARMLESS[name]) == []


def test_every_rule_has_an_example():
    shown = {case.rule for case in HARMFUL.values()}

    assert shown | {"left_behind", "orphan", "several", "mixed"} == set(RULES)


def test_it_is_said_what_breaks_the_rule(found):
    assert found(RemoveField("student", "kana")) == [("gone", f"column {STUDENT}.kana")]
    assert found(DeleteModel("Attempt")) == [("gone", "table school_attempt")]


# --- New tables ---------------------------------------------------------------------------


def test_a_table_of_this_release_may_be_changed_in_every_way(found):
    house = CreateModel(
        "House",
        [("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=10))],
    )

    assert (
        found(
            house,
            AddField("house", "floor", models.IntegerField(default=1)),
            AddIndex("house", models.Index(fields=["name"], name="by_name")),
            AddConstraint("house", models.UniqueConstraint(fields=["name"], name="once")),
            AddField("house", "campus", models.ForeignKey("campus", models.CASCADE)),
            RemoveField("house", "floor"),
            DeleteModel("house"),
        )
        == []
    )


def test_a_column_of_this_release_may_be_dropped_again(found):
    added = AddField("student", "house", models.TextField(null=True))

    assert found(added, RemoveField("student", "house")) == []


def test_a_column_of_this_release_may_not_want_a_value_later(found):
    added = AddField("student", "house", models.IntegerField(null=True))
    wants = AlterField("student", "house", models.IntegerField(default=1))

    assert found(added, wants) == [("required", f"column {STUDENT}.house")]


# --- Small tables -------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, case in HARMFUL.items() if case.rule == "copy"])
def test_a_small_table_may_be_copied(found, name):
    assert found(*HARMFUL[name].operations, small=[STUDENT]) == []


@pytest.mark.parametrize("name", [name for name, case in HARMFUL.items() if case.rule == "index"])
def test_a_small_table_gets_its_index_in_no_time(found, name):
    assert found(*HARMFUL[name].operations, small=[STUDENT]) == []


@pytest.mark.parametrize("name", [name for name, case in HARMFUL.items() if case.breaks])
def test_small_or_not_the_former_release_reads_it(found, name):
    small = [STUDENT, "school_attempt"]

    assert HARMFUL[name].rule in {rule for rule, _ in found(*HARMFUL[name].operations, small=small)}


# --- Forgotten first, dropped later -------------------------------------------------------


def test_a_forgotten_column_must_be_filled_by_the_database(found):
    """`seat` has a default of Django's only, which the new release does not know any more."""
    assert found(forgotten("seat")) == [("left_behind", f"column {STUDENT}.seat")]


@pytest.mark.parametrize("name", ["nickname", "rank"])
def test_what_may_be_empty_or_has_a_default_may_be_forgotten(found, name):
    assert found(forgotten(name)) == []


def test_a_forgotten_reference_must_not_be_kept_by_the_database(found):
    assert found(forgotten("campus")) == [("orphan", f"column {STUDENT}.campus_id")]


def test_a_reference_that_was_let_go_of_may_be_forgotten(found):
    free = models.ForeignKey(
        "campus", models.CASCADE, null=True, related_name="+", db_constraint=False
    )

    assert found(AlterField("student", "campus", free), forgotten("campus")) == []


def test_a_forgotten_table_must_not_keep_its_references(found):
    forgotten = SeparateDatabaseAndState(state_operations=[DeleteModel("Attempt")])

    assert found(forgotten) == [("orphan", "column school_attempt.student_id")]


def test_what_was_forgotten_a_release_ago_may_be_dropped(found):
    """Known again to the database's side only, so that Django can say DROP."""
    old = models.IntegerField(db_default=5)
    drop = SeparateDatabaseAndState(
        database_operations=[
            SeparateDatabaseAndState(state_operations=[AddField("student", "old", old)]),
            RemoveField("student", "old"),
        ]
    )

    assert found(drop) == []


def test_what_was_forgotten_in_this_release_may_not(found):
    drop = SeparateDatabaseAndState(
        database_operations=[
            SeparateDatabaseAndState(
                state_operations=[AddField("student", "rank", models.IntegerField(db_default=5))]
            ),
            RemoveField("student", "rank"),
        ]
    )

    assert found(forgotten("rank"), drop) == [("gone", f"column {STUDENT}.rank")]


def test_dropping_from_table_and_state_at_once_is_still_dropping(found):
    both = SeparateDatabaseAndState(
        database_operations=[RemoveField("student", "seat")],
        state_operations=[RemoveField("student", "seat")],
    )

    assert found(both) == [("gone", f"column {STUDENT}.seat")]


def test_a_column_is_renamed_in_four_releases(found):
    state = former_state()
    for release in RENAME:
        released = tables_of(state)
        for operations in release:
            assert found(*operations, state=state, released=released) == []

    columns = tables_of(state)[STUDENT].columns
    assert "reading" in columns
    assert "kana" not in columns


def test_no_two_of_them_may_be_made_one(found):
    """Not the last two, which is where somebody in a hurry would try."""
    forget, drop = [[each for part in release for each in part] for release in RENAME[2:]]
    state = former_state()
    steps = [each for release in RENAME[:2] for part in release for each in part]
    released = tables_of(state)
    found(*steps, state=state, released=released)

    assert found(*forget, *drop, state=state, released=tables_of(former_state())) == [
        ("gone", f"column {STUDENT}.kana")
    ]


# --- What cannot be seen into -------------------------------------------------------------


def test_an_operation_of_somebody_else_is_not_trusted(found):
    class Extension(Operation):
        def state_forwards(self, app_label, state):
            pass

        def describe(self):
            return "Something else"

    assert found(Extension()) == [("unseen", "Something else")]


def test_code_that_does_nothing_is_nothing(found):
    assert found(RunPython(RunPython.noop), RunSQL(RunSQL.noop)) == []


def test_a_code_point_is_four_bytes(found):
    """MySQL has one byte for a length of up to 255, and copies the table to get a second."""
    up_to = AlterField("student", "name", models.CharField(max_length=63))
    past = AlterField("student", "name", models.CharField(max_length=64))

    assert found(up_to) == []
    assert found(past) == [("copy", f"column {STUDENT}.name")]
