"""What of a line can be asked for: the columns of the archive, the same for DuckDB and Athena."""

COLUMNS = {
    "time": "VARCHAR",
    "level": "VARCHAR",
    "event": "VARCHAR",
    "logger": "VARCHAR",
    "at": "VARCHAR",
    "service": "VARCHAR",
    "release": "VARCHAR",
    "pid": "INTEGER",
    "request_id": "VARCHAR",
    "trace_id": "VARCHAR",
    "user": "VARCHAR",
    "task": "VARCHAR",
    "task_id": "VARCHAR",
    "attempt": "INTEGER",
    "method": "VARCHAR",
    "route": "VARCHAR",
    "status": "INTEGER",
    "ms": "DOUBLE",
    "db_ms": "DOUBLE",
    "reader_queries": "INTEGER",
    "writer_queries": "INTEGER",
    "broken_off": "VARCHAR",
    "outcome": "VARCHAR",
    "waited_ms": "DOUBLE",
    "message": "VARCHAR",
    "error": 'STRUCT("type" VARCHAR, "code" VARCHAR)',
    "stack": "VARCHAR[]",
    "caused_by": 'STRUCT("type" VARCHAR, "code" VARCHAR, "stack" VARCHAR[])[]',
    "cut": "BOOLEAN",
}
"""The fields of a line (docs/logs.md) and DuckDB's types; deploy/logs/table.sql has Athena's."""

TOKYO = (
    "substr(CAST(TRY_CAST(replace(substr(\"time\", 1, 19), 'T', ' ') AS timestamp)"
    " + INTERVAL '9' HOUR AS varchar), 1, 19)"
)
"""`2026-11-20 17:15:30` of a line's time, in what both databases understand."""
