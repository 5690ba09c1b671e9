-- Busiest minutes / 混み合った時間帯
-- The minutes (Tokyo) with most requests, from how many people, and how they fared.
-- Parameters: first_day '2026-11-20', last_day '2026-11-20', since '2026-11-20T08:00',
--   until '2026-11-20T14:00'
SELECT
    substr(tokyo, 1, 16) AS tokyo_minute,
    count(*) AS requests,
    count(DISTINCT "user") AS people,
    round(approx_percentile(ms, 0.95), 1) AS p95_ms,
    round(sum(db_ms), 1) AS db_ms,
    count_if(status >= 500) AS failed
FROM lines
WHERE dt BETWEEN ? AND ? AND "time" >= ? AND "time" < ?
    AND event = 'answer_request'
GROUP BY 1
ORDER BY requests DESC, 1
LIMIT 30
