"""Scan coverage: the share of files and bytes that was really scanned."""

from __future__ import annotations

from occ_media_cli import times
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.reports import sizes
from occ_media_cli.audit.reports.answer import Answer, choose_columns, inbox_names, inside, integers
from occ_media_cli.report import known_sizes, words
from occ_media_cli.report.blocks import Column, Figure, Table
from occ_media_cli.report.json_types import Json

QUESTION = "What share of files and bytes was really scanned?"

_OWN = """(SELECT entry_seq, max(CASE WHEN state = 'infected' THEN 1 ELSE 0 END) AS infected,
      max(CASE WHEN state = 'clean' THEN 1 ELSE 0 END) AS clean, max(CASE WHEN sha256 <> '' THEN size END) AS size,
      CASE WHEN max(CASE WHEN state NOT IN ('clean', 'infected') AND sha256 = '' THEN seq END) = max(seq)
        THEN 1 ELSE 0 END AS lost
    FROM scan WHERE entry_seq IS NOT NULL GROUP BY entry_seq)"""
"""What scans of an entry said. lost: the newest found no file that is its own, so that another file of the same content
is no scan of it."""

SQL = f"""
SELECT w.inbox_id, count(*) AS files, sum(coalesce(w.bytes, 0)) AS bytes,
  sum(CASE WHEN w.state = 'clean' THEN 1 ELSE 0 END) AS clean,
  sum(CASE WHEN w.state = 'infected' THEN 1 ELSE 0 END) AS infected,
  sum(CASE WHEN w.state IN ('clean', 'infected') THEN coalesce(w.bytes, 0) ELSE 0 END) AS scanned_bytes,
  sum(CASE WHEN w.bytes IS NULL THEN 1 ELSE 0 END) AS without_size,
  sum(CASE WHEN w.tried = 0 THEN 1 ELSE 0 END) AS never_tried
FROM (
  SELECT e.inbox, e.inbox_id, coalesce(e.size, a.size, b.size) AS bytes,
    CASE WHEN a.infected = 1 OR (b.infected = 1 AND coalesce(a.lost, 0) = 0) THEN 'infected'
      WHEN a.clean = 1 OR (b.clean = 1 AND coalesce(a.lost, 0) = 0) THEN 'clean' ELSE 'not-scanned' END AS state,
    CASE WHEN a.entry_seq IS NULL AND b.sha256 IS NULL THEN 0 ELSE 1 END AS tried
  FROM entry e
  LEFT JOIN {_OWN} a ON a.entry_seq = e.seq
  LEFT JOIN (SELECT sha256, max(CASE WHEN state = 'infected' THEN 1 ELSE 0 END) AS infected,
      max(CASE WHEN state = 'clean' THEN 1 ELSE 0 END) AS clean, max(size) AS size
    FROM scan WHERE sha256 <> '' GROUP BY sha256) b ON b.sha256 = e.sha256
  WHERE e.outcome = 'delivered' AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{{inside}}) w
GROUP BY w.inbox, w.inbox_id
ORDER BY w.inbox, w.inbox_id"""

_NEWEST = """(SELECT s.{key}, s.seq, s.engine, s.time_ms FROM scan s JOIN (
      SELECT {key}, max(seq) AS seq FROM scan WHERE state IN ('clean', 'infected') AND {there} GROUP BY {key}) n
    ON n.seq = s.seq AND n.{key} = s.{key})"""

ENGINES = f"""
SELECT w.engine, count(*) AS files, sum(w.bytes) AS bytes, min(w.time_ms) AS oldest_ms, max(w.time_ms) AS newest_ms
FROM (
  SELECT coalesce(e.size, o.size, h.size, 0) AS bytes,
    CASE WHEN coalesce(a.seq, -1) >= coalesce(b.seq, -1) THEN a.engine ELSE b.engine END AS engine,
    CASE WHEN coalesce(a.seq, -1) >= coalesce(b.seq, -1) THEN a.time_ms ELSE b.time_ms END AS time_ms
  FROM entry e
  LEFT JOIN {_OWN} o ON o.entry_seq = e.seq
  LEFT JOIN (SELECT sha256, max(size) AS size
    FROM scan WHERE sha256 <> '' GROUP BY sha256) h ON h.sha256 = e.sha256
  LEFT JOIN {_NEWEST.format(key="entry_seq", there="entry_seq IS NOT NULL")} a ON a.entry_seq = e.seq
  LEFT JOIN {_NEWEST.format(key="sha256", there="sha256 <> ''")} b
    ON b.sha256 = e.sha256 AND (coalesce(o.lost, 0) = 0 OR a.seq IS NOT NULL)
  WHERE e.outcome = 'delivered' AND (a.seq IS NOT NULL OR b.seq IS NOT NULL)
    AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{{inside}}) w
GROUP BY w.engine
ORDER BY coalesce(w.engine, '')"""
"""The newest scan that could look, of the entry or of a file with the same bytes, counted by who made it."""

NO_SCANS = """
SELECT e.inbox_id, count(*) AS files, sum(coalesce(e.size, 0)) AS bytes, 0 AS clean, 0 AS infected, 0 AS scanned_bytes,
  sum(CASE WHEN e.sha256 = '' OR e.size IS NULL THEN 1 ELSE 0 END) AS without_hash, count(*) AS never_tried
FROM entry e
WHERE e.outcome = 'delivered' AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{inside}
GROUP BY e.inbox, e.inbox_id
ORDER BY e.inbox, e.inbox_id"""

NO_SCANS_TUNED = """
SELECT t.inbox, t.files, t.bytes, 0, 0, 0, t.without_hash, t.files
FROM (SELECT inbox, sum(files) AS files, sum(bytes) AS bytes, sum(without_hash) AS without_hash
  FROM block_total WHERE state IN (0, 3) GROUP BY inbox) t
JOIN inbox i ON i.id = t.inbox
ORDER BY i.name, i.id"""

WITHOUT_SIZE = """
SELECT e.inbox_id, count(*) AS files
FROM entry e
WHERE e.outcome = 'delivered' AND e.size IS NULL AND e.time_ms >= :since_ms AND e.time_ms < :until_ms{inside}
GROUP BY e.inbox_id"""
"""Files of unknown size where nothing was scanned. The totals count those without sha256 or size together, so it is
asked only where there are such, and takes the time of a look at every entry."""

COLUMNS = (
    Column("inbox", "Inbox", "id"),
    Column("files", "Files", "count"),
    Column("clean", "No malware", "count"),
    Column("infected", "Infected", "count"),
    Column("not_scanned", "Not scanned", "count"),
    Column("scanned", "Scanned", "count"),
    Column("scanned_percent", "Files scanned", "percent"),
    Column("bytes", "Size", "size"),
    Column("scanned_bytes", "Size scanned", "size"),
    Column("scanned_bytes_percent", "Bytes scanned", "percent"),
    Column("without_size", "Size unknown", "count"),
    Column("never_tried", "Never tried", "count"),
)
"""Counts and shares, each under its own name. clean: looked at whole, and no malware in it; what else was found, such
as a card number, is for rules. without_size: files whose size neither the entry nor a scan tells. never_tried: those
that are not scanned and of which, or of whose content, no scan is on record at all."""

SHOWN = (
    "inbox",
    "files",
    "clean",
    "infected",
    "not_scanned",
    "never_tried",
    "scanned_percent",
    "bytes",
    "scanned_bytes_percent",
    "without_size",
)
"""What people read."""


ENGINE_COLUMNS = (
    Column("engine", "Scanned by", "text"),
    Column("files", "Files", "count"),
    Column("bytes", "Size", "size"),
    Column("oldest", "Oldest scan", "time"),
    Column("newest", "Newest scan", "time"),
)


def build(source: RuleSource, scope: AuditScope) -> Answer:
    """Delivered files by what a scan of them, or of the same content, said; only clean and infected are scanned."""
    rows = []
    sums = [0] * 7
    names = inbox_names(source)
    scanned_any = int(str(next(iter(source.query("SELECT count(*) FROM scan", {})))[0]))
    text = (SQL if scanned_any else NO_SCANS).format(inside=inside(source, scope))
    tuned = NO_SCANS_TUNED if not scanned_any and scope.whole else None
    counts = [integers(row, 0, 1, 2, 3, 4, 5, 6, 7) for row in source.query(text, scope.values(), tuned)]
    if not scanned_any:
        counts = _with_sizes(source, scope, counts)
    for inbox, *counted in counts:
        files, size, clean, infected, scanned, unknown, untried = counted
        rows.append((names[inbox], files, clean, infected, files - clean - infected, clean + infected,
                     words.percent(clean + infected, files), known_sizes.known_bytes(size, files, unknown), scanned,
                     _share(scanned, size, files, unknown), unknown, untried))  # fmt: skip
        sums = [a + b for a, b in zip(sums, counted, strict=True)]
    files, size, clean, infected, scanned, unknown, untried = sums
    lacking = f"; {words.plural(unknown, 'file')} of unknown size" if unknown else ""
    shown, chosen = choose_columns(COLUMNS, *SHOWN)
    share, of_bytes = words.percent(clean + infected, files), _share(scanned, size, files, unknown)
    bytes_too = "" if of_bytes is None else f" and {of_bytes}% of bytes"
    size_too = "" if of_bytes is None else f" and {of_bytes}% of {words.size(size)}"
    figure = Figure(
        "What do we know of the files?", ["no malware", "infected", "not scanned"],
        [clean, infected, files - clean - infected],
        caption=f"{share}% of files{bytes_too} were scanned",
    )  # fmt: skip
    engines = _engines(source, scope) if scanned_any else []
    by_whom = [Table.of(ENGINE_COLUMNS, engines, caption="By what, and how old")] if engines else []
    return Answer(
        "Scan coverage", QUESTION, COLUMNS, rows,
        f"{share}% of {words.plural(files, 'file')}{size_too} were scanned;"
        f" {words.count(infected)} infected, {words.count(files - clean - infected)} not scanned{lacking}",
        blocks=[sizes.sized_table(shown, [chosen(row) for row in rows]), *by_whom],
        figures=[figure],
        totals={"files": files, "bytes": known_sizes.known_bytes(size, files, unknown),
                "clean": clean, "infected": infected, "not_scanned": files - clean - infected,
                "scanned": clean + infected, "scanned_bytes": scanned,
                "without_size": unknown, "never_tried": untried, "engines": engines},
        empty="No file was delivered in this period, so there was nothing to scan.",
    )  # fmt: skip


def _share(scanned: int, size: int, files: int, unknown: int) -> int | None:
    """The percentage of bytes that were scanned, None where no size is known."""
    return None if known_sizes.known_bytes(size, files, unknown) is None else words.percent(scanned, size)


def _with_sizes(source: RuleSource, scope: AuditScope, counts: list[list[int]]) -> list[list[int]]:
    """Counts of inboxes without a scan, with the files of unknown size in place of those without sha256 or size."""
    if not any(row[6] for row in counts):
        return counts
    text = WITHOUT_SIZE.format(inside=inside(source, scope))
    unknown: dict[int, int] = {}
    for row in source.query(text, scope.values()):
        inbox, files = integers(row, 0, 1)
        unknown[inbox] = files
    return [[*row[:6], unknown.get(row[0], 0), row[7]] for row in counts]


def _engines(source: RuleSource, scope: AuditScope) -> list[dict[str, Json]]:
    """Who looked at the files that were scanned, and when."""
    text = ENGINES.format(inside=inside(source, scope))
    found: list[dict[str, Json]] = []
    for row in source.query(text, scope.values()):
        files, size, oldest, newest = integers(row, 1, 2, 3, 4)
        found.append({"engine": None if row[0] is None else str(row[0]), "files": files, "bytes": size,
                      "oldest": times.text(oldest), "newest": times.text(newest)})  # fmt: skip
    return found
