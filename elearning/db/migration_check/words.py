"""Why each rule is there, and the way out, for whoever wrote the migration."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    why: str
    way_out: str


RULES = {
    "gone": Rule(
        "The former release names it in every SELECT and INSERT, and runs on while this is"
        " rolled out.",
        "In this release remove it from the state only (SeparateDatabaseAndState); drop it in the"
        " one after. A field is renamed without its column by db_column, a model by db_table.",
    ),
    "required": Rule(
        "A release that does not know the column, or still leaves it empty, can't INSERT any"
        " more. Django's `default` does not help: the database forgets it at once.",
        "db_default=…, or null=True. To make a column NOT NULL, release code that always fills"
        " it first.",
    ),
    "type": Rule(
        "The former release reads and writes the column as it was: what it writes may not fit,"
        " what it reads it may not understand. A new type also copies the table.",
        "A new column beside the old one, in the five steps of docs/releases.md.",
    ),
    "copy": Rule(
        "MySQL or PostgreSQL copies the whole table for this, or reads all of it under a lock:"
        " nobody writes to it meanwhile.",
        "A column that is nullable or has a constant db_default, without a constraint of the"
        " database (db_constraint=False); a new table; or name the table in SMALL_TABLES, if it is"
        " and will be small.",
    ),
    "unique": Rule(
        "The former release does not know that it must not write the same twice: rows there"
        " already make the migration fail, rows to come make the former release fail.",
        "Release code that keeps it unique, then remove duplicates, then add this and allow it."
        " A new nullable column may be unique at once.",
    ),
    "constraint": Rule(
        "The former release does not know the rule and may break it; rows there already make"
        " the migration fail; and MySQL copies the table.",
        "Release code that keeps the rule, then put the rows right, then add this at a quiet time"
        " and allow it.",
    ),
    "index": Rule(
        "On PostgreSQL nobody writes to a table while an index is built on it.",
        "elearning.db.operations.AddIndexOnline in a migration of its own with atomic = False;"
        " in place of db_index=True an entry in Meta.indexes.",
    ),
    "left_behind": Rule(
        "The new release does not know the column any more, so its INSERTs leave it empty, but"
        " the database wants a value.",
        "Give it db_default=… or null=True in a migration before this one.",
    ),
    "orphan": Rule(
        "The database goes on keeping the reference though Django forgets it: what is referred to"
        " can't be deleted any more.",
        "Set db_constraint=False in a migration before this one.",
    ),
    "several": Rule(
        "MySQL can't take back a change of a table. If the second of two fails, such as for a lock"
        " that it does not get, the migration is half done: it can be neither repeated nor"
        " reversed.",
        "A migration of its own for each change of a table that is there already.",
    ),
    "mixed": Rule(
        "MySQL can't take back the change of the table when the change of rows fails, and"
        " PostgreSQL keeps the table locked until the last row is done.",
        "Tables in one migration, rows in the next.",
    ),
    "rows": Rule(
        "All rows in one transaction: they stay locked until the last one is done, and the"
        " replica falls behind.",
        "elearning.db.operations.RunInBatches in a migration with atomic = False, or a management"
        " command after the release.",
    ),
    "unseen": Rule(
        "Nobody can tell from here what it does to the tables.",
        "An operation of Django's, or allow it with the reason why the former release can live"
        " with it and why no large table is locked for long.",
    ),
}
