"""Migrations that a running release can live with, and others that it can't.

tests/elearning/db/migration_check/ asks the check about each of them, tests/pair/ a database.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    AlterModelOptions,
    AlterModelTable,
    AlterUniqueTogether,
    CreateModel,
    DeleteModel,
    RemoveField,
    RemoveIndex,
    RenameField,
    RenameIndex,
    RenameModel,
    RunPython,
    RunSQL,
    SeparateDatabaseAndState,
)
from django.db.migrations.state import ProjectState
from django.db.models.functions import Random, Upper

from elearning.db.operations import AddIndexOnline, RunInBatches

APP = "school"
TABLES = [
    CreateModel(
        "Campus", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField())]
    ),
    CreateModel(
        "Student",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("name", models.CharField(max_length=60)),
            ("kana", models.CharField(max_length=100)),
            ("nickname", models.CharField(max_length=40, null=True)),
            ("grade", models.SmallIntegerField()),
            ("hours", models.DecimalField(max_digits=6, decimal_places=2)),
            ("rank", models.IntegerField(db_default=5)),
            ("seat", models.IntegerField(default=3)),
            ("campus", models.ForeignKey("Campus", models.CASCADE, null=True, related_name="+")),
        ],
        options={"indexes": [models.Index(fields=["grade"], name="by_grade")]},
    ),
    CreateModel(
        "Attempt",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("student", models.ForeignKey("Student", models.CASCADE)),
        ],
    ),
]


def former_state() -> ProjectState:
    """What the former release knows."""
    state = ProjectState()
    for operation in TABLES:
        operation.state_forwards(APP, state)
    return state


@dataclass(frozen=True)
class Case:
    operations: tuple[Any, ...]
    rule: str = ""
    """What the check says; "" for nothing."""
    breaks: bool = False
    """The former release fails on the new tables."""
    locks: bool = False
    """MariaDB can't do it while others write."""


def case(*operations: Any, **rest: Any) -> Case:
    return Case(operations, **rest)


def added(name: str, field: Any, **rest: Any) -> Case:
    return case(AddField("student", name, field), **rest)


def altered(name: str, field: Any, **rest: Any) -> Case:
    return case(AlterField("student", name, field), **rest)


def nothing(*_: Any) -> None:
    """Of a RunPython."""


def rename(rows: Any) -> None:
    rows.update(nickname="ハル")


def forgotten(name: str) -> SeparateDatabaseAndState:
    """The new release does not know the column any more; it is still there."""
    return SeparateDatabaseAndState(state_operations=[RemoveField("student", name)])


FREE = {"null": True, "db_constraint": False, "db_index": False}

HARMFUL: dict[str, Case] = {
    # gone
    "a column is dropped": case(RemoveField("student", "kana"), rule="gone", breaks=True),
    "a column is renamed": case(
        RenameField("student", "kana", "reading"), rule="gone", breaks=True
    ),
    "a column is called otherwise": altered(
        "kana", models.CharField(max_length=100, db_column="reading"), rule="gone", breaks=True
    ),
    "a table is dropped": case(DeleteModel("Attempt"), rule="gone", breaks=True),
    "a model is renamed": case(RenameModel("Attempt", "Try"), rule="gone", breaks=True),
    "a table is renamed": case(AlterModelTable("attempt", "tries"), rule="gone", breaks=True),
    # required
    "a new column wants a value": added(
        "house", models.IntegerField(), rule="required", breaks=True
    ),
    "a new column has a default of Django's only": added(
        "house", models.IntegerField(default=1), rule="required", breaks=True
    ),
    "a column may not be empty any more": altered(
        "nickname", models.CharField(max_length=40, default=""), rule="required", breaks=True
    ),
    "a column loses the database's default": altered(
        "rank", models.IntegerField(default=5), rule="required", breaks=True
    ),
    # type
    "a column gets shorter": altered(
        "kana", models.CharField(max_length=10), rule="type", locks=True
    ),
    "a number becomes text": altered(
        "grade", models.CharField(max_length=10), rule="type", locks=True
    ),
    "a number takes fewer digits": altered(
        "hours", models.DecimalField(max_digits=5, decimal_places=2), rule="type", locks=True
    ),
    "a number becomes a time": altered("grade", models.DateTimeField(), rule="type", breaks=True),
    # copy
    "a number grows": altered("grade", models.IntegerField(), rule="copy", locks=True),
    "a short text becomes any text": altered("kana", models.TextField(), rule="copy", locks=True),
    "a text grows past 255 bytes": altered(
        "name", models.CharField(max_length=64), rule="copy", locks=True
    ),
    "a new column refers to another table": added(
        "house",
        models.ForeignKey("campus", models.CASCADE, null=True, db_index=False),
        rule="copy",
        locks=True,
    ),
    "a new column is computed and kept": added(
        "loud",
        models.GeneratedField(
            expression=Upper("kana"), output_field=models.CharField(max_length=100), db_persist=True
        ),
        rule="copy",
        locks=True,
    ),
    "a new column has a computed default": added(
        # MariaDB can do it in place; PostgreSQL writes the table anew.
        "lot",
        models.FloatField(db_default=Random()),
        rule="copy",
    ),
    "a reference is kept by the database from now on": case(
        AddField("student", "house", models.ForeignKey("campus", models.CASCADE, **FREE)),
        AlterField(
            "student",
            "house",
            models.ForeignKey("campus", models.CASCADE, null=True, db_index=False),
        ),
        rule="copy",
        locks=True,
    ),
    "a new column may not be empty any more": case(
        # MySQL can do it in place; PostgreSQL reads all rows under a lock.
        AddField("student", "house", models.IntegerField(null=True, db_default=1)),
        AlterField("student", "house", models.IntegerField(db_default=1)),
        rule="copy",
    ),
    # unique
    "a column becomes unique": altered(
        "kana", models.CharField(max_length=100, unique=True), rule="unique", breaks=True
    ),
    "two columns become unique": case(
        AlterUniqueTogether("student", {("kana", "grade")}), rule="unique", breaks=True
    ),
    "a constraint makes them unique": case(
        AddConstraint("student", models.UniqueConstraint(fields=["kana", "grade"], name="once")),
        rule="unique",
        breaks=True,
    ),
    "a new column is unique but for its default": added(
        "house", models.IntegerField(db_default=1, unique=True), rule="unique", breaks=True
    ),
    # constraint
    "a check is added": case(
        AddConstraint(
            "student", models.CheckConstraint(condition=models.Q(seat__gt=3), name="sits")
        ),
        rule="constraint",
        breaks=True,
    ),
    # index: PostgreSQL only
    "an index is added": case(
        AddIndex("student", models.Index(fields=["kana"], name="by_kana")), rule="index"
    ),
    "a column gets an index": altered(
        "kana", models.CharField(max_length=100, db_index=True), rule="index"
    ),
    # rows, unseen
    "rows are changed at once": case(RunPython(nothing), rule="rows"),
    "SQL is run": case(RunSQL("SELECT 1"), rule="unseen"),
}

HARMLESS: dict[str, list[Any]] = {
    "a new table": [CreateModel("House", [("id", models.BigAutoField(primary_key=True))])],
    "a new column may be empty": [AddField("student", "house", models.TextField(null=True))],
    "a new column has the database's default": [
        AddField("student", "house", models.IntegerField(db_default=1))
    ],
    "a new column that may be empty is unique": [
        AddField("student", "card", models.CharField(max_length=20, null=True, unique=True))
    ],
    "a new reference that the database does not keep": [
        AddField("student", "house", models.ForeignKey("campus", models.CASCADE, **FREE))
    ],
    "a new column is computed when read": [
        AddField(
            "student",
            "loud",
            models.GeneratedField(
                expression=Upper("kana"),
                output_field=models.CharField(max_length=100),
                db_persist=False,
            ),
        )
    ],
    "a new relation of many to many": [
        AddField("student", "campuses", models.ManyToManyField("campus", related_name="+"))
    ],
    "an index is added online": [
        AddIndexOnline("student", models.Index(fields=["kana"], name="by_kana"))
    ],
    "an index is removed": [RemoveIndex("student", "by_grade")],
    "an index is renamed": [RenameIndex("student", new_name="grades", old_name="by_grade")],
    "a column may be empty from now on": [
        AlterField("student", "seat", models.IntegerField(null=True, default=3))
    ],
    "a column gets the database's default": [
        AlterField("student", "seat", models.IntegerField(db_default=3))
    ],
    "a text grows below 255 bytes": [
        AlterField("student", "name", models.CharField(max_length=63))
    ],
    "a long text grows": [AlterField("student", "kana", models.CharField(max_length=200))],
    "other choices and words": [
        AlterField(
            "student", "grade", models.SmallIntegerField("学年", choices=[(1, "一")], default=1)
        )
    ],
    "another order": [AlterModelOptions("student", {"ordering": ["kana"]})],
    "an attribute is renamed, its column is not": [
        AlterField("student", "kana", models.CharField(max_length=100, db_column="kana")),
        RenameField("student", "kana", "reading"),
    ],
    "rows are changed in batches": [RunInBatches("school.Student", rename)],
    "a column with a default is forgotten": [
        AlterField("student", "seat", models.IntegerField(db_default=3)),
        forgotten("seat"),
    ],
}


def fill_reading(rows: Any) -> None:
    rows.update(reading=models.F("kana"))


KANA = models.CharField(max_length=100, db_default="")
RENAME: list[list[list[Any]]] = [
    [[AddField("student", "reading", models.CharField(max_length=100, db_default=""))]],
    [[RunInBatches("school.Student", fill_reading)]],
    [[AlterField("student", "kana", KANA)], [forgotten("kana")]],
    [
        [
            SeparateDatabaseAndState(
                database_operations=[
                    SeparateDatabaseAndState(state_operations=[AddField("student", "kana", KANA)]),
                    RemoveField("student", "kana"),
                ]
            )
        ]
    ],
]
"""Four releases that rename a column (docs/releases.md): the operations of their migrations."""
