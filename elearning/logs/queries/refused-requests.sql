-- Refused requests / 拒否されたリクエスト（4xx）
-- What was refused, by route and status, for how many people: a broken link, a limit that is too
-- low, somebody who tries doors.
-- Parameters: first_day '2026-11-20', last_day '2026-11-20', since '2026-11-20T08:00',
--   until '2026-11-20T14:00'
SELECT
    status,
    coalesce(route, '-') AS route,
    method,
    count(*) AS requests,
    count(DISTINCT "user") AS people,
    min(tokyo) AS first,
    max(tokyo) AS last,
    max(request_id) AS example
FROM lines
WHERE dt BETWEEN ? AND ? AND "time" >= ? AND "time" < ?
    AND event = 'answer_request'
    AND status BETWEEN 400 AND 499
GROUP BY 1, 2, 3
ORDER BY requests DESC, 1, 2, 3
LIMIT 100
