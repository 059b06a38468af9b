-- The same, with the four sums apart, where there are any files.
SELECT place, rest, state, json_extract(sums, '$[0]') AS files, json_extract(sums, '$[1]') AS bytes,
  json_extract(sums, '$[2]') AS without_hash, json_extract(sums, '$[3]') AS bytes_without_hash
FROM piece WHERE json_extract(sums, '$[0]') IS NOT NULL
