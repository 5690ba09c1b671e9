-- Server errors / サーバーエラー（5xx）
-- Which routes of which release answered 5xx, how many in a hundred, and one request to look at.
-- Parameters: first_day '2026-11-20', last_day '2026-11-20', since '2026-11-20T08:00',
--   until '2026-11-20T14:00'
SELECT
    "release",
    coalesce(route, '-') AS route,
    count(*) AS requests,
    count_if(status >= 500) AS failed,
    round(CAST(count_if(status >= 500) AS double) * 100 / count(*), 2) AS percent,
    min(CASE WHEN status >= 500 THEN tokyo END) AS first,
    max(CASE WHEN status >= 500 THEN tokyo END) AS last,
    max(CASE WHEN status >= 500 THEN request_id END) AS example
FROM lines
WHERE dt BETWEEN ? AND ? AND "time" >= ? AND "time" < ?
    AND event = 'answer_request'
GROUP BY 1, 2
HAVING count_if(status >= 500) > 0
ORDER BY failed DESC, 1, 2
LIMIT 100
