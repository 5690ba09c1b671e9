-- One person's evening / ひとりの利用の流れ
-- What somebody, named only by the hash in the lines, asked for and got, in order.
-- Parameters: first_day '2026-11-20', last_day '2026-11-20', since '2026-11-20T08:00',
--   until '2026-11-20T14:00', user '9f86d081884c7d65'
SELECT tokyo, event, method, route, task, status, outcome, ms, "error"."type" AS error, request_id
FROM lines
WHERE dt BETWEEN ? AND ? AND "time" >= ? AND "time" < ?
    AND "user" = ?
ORDER BY "time", pid
