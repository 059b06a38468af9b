-- The answer in words: cells by inbox and category, and days in rows of their own.
SELECT {named}
FROM (SELECT key * 10000 AS key, files, bytes, without_hash FROM cell WHERE files > 0) g
JOIN inbox i ON i.id = g.key / 2560000
UNION ALL
SELECT NULL, NULL, 'day', day * 86400000, files, bytes, 0 FROM day WHERE files > 0
