-- Slow database / データベースの待ち時間
-- Where the database is what is waited for: its time in all, in a hundred parts of the answers'
-- time, and queries for each request.
-- Parameters: first_day '2026-11-20', last_day '2026-11-20', since '2026-11-20T08:00',
--   until '2026-11-20T14:00'
SELECT
    coalesce(route, '-') AS route,
    count(*) AS requests,
    round(sum(db_ms) / 1000, 1) AS db_s,
    round(sum(db_ms) * 100 / nullif(sum(ms), 0), 1) AS db_percent,
    round(approx_percentile(db_ms, 0.95), 1) AS p95_db_ms,
    round(
        CAST(sum(coalesce(reader_queries, 0) + coalesce(writer_queries, 0)) AS double) / count(*),
        1
    ) AS queries_each
FROM lines
WHERE dt BETWEEN ? AND ? AND "time" >= ? AND "time" < ?
    AND event = 'answer_request'
    AND db_ms IS NOT NULL
GROUP BY 1
ORDER BY sum(db_ms) DESC, 1
LIMIT 50
