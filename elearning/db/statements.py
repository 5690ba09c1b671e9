"""Whether a statement changes data, told by its words."""

import re

_FIRST_WORD = re.compile(r"(?:\s+|/\*(?!!).*?\*/|--[^\n]*\n|\()*([A-Za-z]+)", re.DOTALL)
_READS = {
    *("SELECT", "WITH", "VALUES", "TABLE", "SHOW", "EXPLAIN", "DESCRIBE", "DESC"),
    *("SET", "USE", "PRAGMA", "DECLARE", "FETCH", "CLOSE"),
    *("BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"),
}
_CHANGES = re.compile(r"\b(?:INSERT|UPDATE|DELETE|MERGE|REPLACE|INTO)\b(?!\s*\()", re.IGNORECASE)
_FOR_UPDATE = re.compile(r"\bFOR\s+(?:NO\s+KEY\s+)?UPDATE\b", re.IGNORECASE)


def is_write(sql: str) -> bool:
    """True for whatever is not plainly a read, so that in doubt it counts as a write.

    A function with side effects inside a SELECT can't be told from here.
    """
    if sql.startswith("SELECT ") and "INTO" not in sql and "into" not in sql:
        return False
    first = _FIRST_WORD.match(sql)
    word = first.group(1).upper() if first else ""
    if word not in _READS:
        return True
    if word in {"SELECT", "WITH"}:
        return _CHANGES.search(_FOR_UPDATE.sub(" ", sql)) is not None
    # MariaDB's `SET STATEMENT … FOR INSERT …`.
    return word == "SET" and sql.upper().lstrip().startswith("SET STATEMENT")
