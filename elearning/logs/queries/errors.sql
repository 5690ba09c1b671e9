-- Errors / 例外の種類と場所
-- What went wrong, by type and by the line of source where it was raised, how often, for how many
-- people, and one request to look at.
-- Parameters: first_day '2026-11-20', last_day '2026-11-20', since '2026-11-20T08:00',
--   until '2026-11-20T14:00'
SELECT
    coalesce("error"."type", event) AS error,
    "error"."code" AS code,
    coalesce(element_at(stack, -1), "at") AS raised_at,
    service,
    count(*) AS times,
    count(DISTINCT "user") AS people,
    min(tokyo) AS first,
    max(tokyo) AS last,
    max(request_id) AS example
FROM lines
WHERE dt BETWEEN ? AND ? AND "time" >= ? AND "time" < ?
    AND level IN ('error', 'critical')
GROUP BY 1, 2, 3, 4
ORDER BY times DESC, 1, 2, 3, 4
LIMIT 100
