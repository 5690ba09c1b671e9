-- Slowest routes / 応答の遅いページ
-- How long each route takes: half, 95 and 99 of a hundred requests are answered within p50_ms,
-- p95_ms and p99_ms.
-- Parameters: first_day '2026-11-20', last_day '2026-11-20', since '2026-11-20T08:00',
--   until '2026-11-20T14:00'
SELECT
    coalesce(route, '-') AS route,
    count(*) AS requests,
    round(approx_percentile(ms, 0.5), 1) AS p50_ms,
    round(approx_percentile(ms, 0.95), 1) AS p95_ms,
    round(approx_percentile(ms, 0.99), 1) AS p99_ms,
    max(ms) AS max_ms
FROM lines
WHERE dt BETWEEN ? AND ? AND "time" >= ? AND "time" < ?
    AND event = 'answer_request'
GROUP BY 1
ORDER BY p95_ms DESC
LIMIT 50
