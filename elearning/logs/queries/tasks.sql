-- Tasks / バックグラウンド処理
-- How jobs ended (done, failed, tried again, given back by a worker that had to stop), how long
-- they took, and how long they waited. With those that ended with their workers (reap_task).
-- Parameters: first_day '2026-11-20', last_day '2026-11-20', since '2026-11-20T08:00',
--   until '2026-11-20T14:00'
SELECT
    task,
    count(*) AS runs,
    count_if(outcome = 'done') AS done,
    count_if(outcome = 'failed') AS failed,
    count_if(outcome = 'retried') AS retried,
    count_if(outcome = 'given_back') AS given_back,
    round(approx_percentile(ms, 0.95), 1) AS p95_ms,
    round(approx_percentile(waited_ms, 0.95), 1) AS p95_waited_ms,
    max(waited_ms) AS max_waited_ms
FROM lines
WHERE dt BETWEEN ? AND ? AND "time" >= ? AND "time" < ?
    AND (event = 'run_task' OR event = 'reap_task' AND outcome <> 'superseded')
GROUP BY 1
ORDER BY failed DESC, runs DESC, 1
LIMIT 100
