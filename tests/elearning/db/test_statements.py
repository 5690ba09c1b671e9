"""In doubt, a statement counts as a write."""

import pytest

from elearning.db.statements import is_write

READS = [
    "SELECT 1",
    "select name from t where id = 1",
    "  SELECT `a`.`id` FROM `a` FOR UPDATE",
    "SELECT 1 FROM t FOR NO KEY UPDATE",
    "(SELECT 1) UNION (SELECT 2)",
    "-- why\nSELECT 1",
    "/* route */ SELECT 1",
    "WITH a AS (SELECT 1) SELECT * FROM a",
    "SELECT REPLACE(name, 'a', 'b') FROM t",
    "SELECT updated_at, deleted_at FROM inserts",
    "SHOW VARIABLES LIKE 'aurora_version'",
    "EXPLAIN SELECT 1",
    "SET SESSION TRANSACTION READ ONLY",
    "SAVEPOINT s1",
    "ROLLBACK TO SAVEPOINT s1",
    "RELEASE SAVEPOINT s1",
    "PRAGMA foreign_key_check",
    "BEGIN IMMEDIATE",
]
WRITES = [
    "INSERT INTO t VALUES (1)",
    "update t set a = 1",
    "DELETE FROM t",
    "REPLACE INTO t VALUES (1)",
    "/* note */ INSERT INTO t VALUES (1)",
    "/*! INSERT INTO t VALUES (1) */",
    "WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone",
    "SELECT * INTO copy FROM t",
    "select 1 into outfile '/tmp/x'",
    "SET STATEMENT max_statement_time=1 FOR INSERT INTO t VALUES (1)",
    "CALL do_something()",
    "TRUNCATE t",
    "ALTER TABLE t ADD a int",
    "LOCK TABLES t WRITE",
    "ANALYZE",
    "LOAD DATA INFILE 'x' INTO TABLE t",
    "",
    "???",
]


@pytest.mark.parametrize("sql", READS)
def test_it_reads(sql):
    assert not is_write(sql)


@pytest.mark.parametrize("sql", WRITES)
def test_it_writes(sql):
    assert is_write(sql)
