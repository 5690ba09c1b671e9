-- Reader share / 読み取り専用データベースの利用率
-- How many in a hundred queries went to the reader, by hour (Tokyo) and route.
-- Parameters: first_day '2026-11-20', last_day '2026-11-20', since '2026-11-20T08:00',
--   until '2026-11-20T14:00'
SELECT
    substr(tokyo, 1, 13) AS tokyo_hour,
    coalesce(route, '-') AS route,
    count(*) AS requests,
    sum(coalesce(reader_queries, 0)) AS reader_queries,
    sum(coalesce(writer_queries, 0)) AS writer_queries,
    round(
        CAST(sum(coalesce(reader_queries, 0)) AS double) * 100
        / nullif(sum(coalesce(reader_queries, 0) + coalesce(writer_queries, 0)), 0),
        1
    ) AS reader_percent
FROM lines
WHERE dt BETWEEN ? AND ? AND "time" >= ? AND "time" < ?
    AND event = 'answer_request'
GROUP BY 1, 2
ORDER BY 1, requests DESC, 2
LIMIT 1000
