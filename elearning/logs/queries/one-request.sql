-- One request / ひとつのリクエスト
-- Everything that was said while it was answered, and by the tasks that it caused, in order.
-- Its id is in the response header X-Request-ID, and on an error page (お問い合わせ番号).
-- Parameters: first_day '2026-11-20', last_day '2026-11-20', since '2026-11-20T08:00',
--   until '2026-11-20T14:00', request '0f8fad5bd9cb469fa165708d67a1f2c3'
SELECT
    tokyo, service, level, event, route, task, attempt, status, outcome, ms, db_ms,
    coalesce("error"."type", broken_off) AS error, element_at(stack, -1) AS raised_at, message
FROM lines
WHERE dt BETWEEN ? AND ? AND "time" >= ? AND "time" < ?
    AND request_id = ?
ORDER BY "time", pid
