-- The archive for Athena. Run each statement by itself, with the bucket's name and the first day.
-- Partitions are computed (projection): nothing has to be added as days go by, and a query that
-- names its days (dt) reads those alone. Columns: elearning/logs/archive/columns.py.

CREATE DATABASE IF NOT EXISTS elearning;

CREATE EXTERNAL TABLE IF NOT EXISTS elearning.archive (
    `time` string,
    `level` string,
    `event` string,
    `logger` string,
    `at` string,
    `service` string,
    `release` string,
    `pid` int,
    `request_id` string,
    `trace_id` string,
    `user` string,
    `task` string,
    `task_id` string,
    `attempt` int,
    `method` string,
    `route` string,
    `status` int,
    `ms` double,
    `db_ms` double,
    `reader_queries` int,
    `writer_queries` int,
    `broken_off` string,
    `outcome` string,
    `waited_ms` double,
    `message` string,
    `error` struct<`type`:string,`code`:string>,
    `stack` array<string>,
    `caused_by` array<struct<`type`:string,`code`:string,`stack`:array<string>>>,
    `cut` boolean
)
PARTITIONED BY (`dt` string, `hour` string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
-- One odd line must not end every query: DuckDB is asked for the same (archive/database.py).
WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true', 'use.null.for.invalid.data' = 'true')
STORED AS TEXTFILE
LOCATION 's3://LOG_BUCKET/logs/'
TBLPROPERTIES (
    'projection.enabled' = 'true',
    'projection.dt.type' = 'date',
    'projection.dt.format' = 'yyyy-MM-dd',
    'projection.dt.range' = '2026-11-01,NOW+1DAYS',
    'projection.dt.interval' = '1',
    'projection.dt.interval.unit' = 'DAYS',
    'projection.hour.type' = 'integer',
    'projection.hour.range' = '0,23',
    'projection.hour.digits' = '2',
    'storage.location.template' = 's3://LOG_BUCKET/logs/dt=${dt}/hour=${hour}/'
);

-- What the saved questions read (elearning/logs/queries/), with the time in Tokyo.
CREATE OR REPLACE VIEW elearning.lines AS
SELECT *, substr(CAST(TRY_CAST(replace(substr("time", 1, 19), 'T', ' ') AS timestamp) + INTERVAL '9' HOUR AS varchar), 1, 19) AS tokyo
FROM elearning.archive;
