"""An entry as it stands, with its corrections, as SQL: the one place that says how `amendment` is laid over `record`.

Texts of this program that read the tables are made of these parts; a text that must stay one file reads the view
`entry_now`, which says the same. In all of them r is the record of an entry and a what its corrections come to.
"""

from __future__ import annotations

from collections.abc import Mapping

from occ_media_cli.store.migrations.m0011_persons import COVERS_RECORD

COLUMNS: Mapping[str, str] = {
    name: f"coalesce(a.{name}, r.{name})"
    for name in ("outcome", "reason", "detected", "size", "sha256", "md5", "deleted")
}
"""The columns that a correction can change: the corrected value, else that of the record."""

OUTCOME, REASON, DETECTED, SIZE, SHA256, MD5, DELETED = COLUMNS.values()

BYTES = f"coalesce({SIZE}, 0)"
"""The size for sums: an unknown one counts as 0."""

AMENDED = "LEFT JOIN amendment a ON a.seq = r.seq"
FROM = f"record r {AMENDED}"
"""The tables. `r.kind = 0` takes entries alone: corrections and decisions are records too."""

AMENDED_ONLY = "amendment a CROSS JOIN record r ON r.seq = a.seq"
"""The entries that were corrected, in the order of `amendment`, which are few."""

DELIVERED = f"{OUTCOME} = 0"
PRESENT = f"{DELETED} IS NULL"
WITH_BYTES = f"{DELIVERED} AND {PRESENT}"
"""Entries that were delivered and whose bytes are not on record as gone."""

UNHASHED = f"{SHA256} IS NULL OR {SIZE} IS NULL"
"""Whether the content or its size is unknown, so that retention never removes the file."""

STORED = f"""r.kind = 0 AND r.path IS NOT NULL AND {WITH_BYTES}
AND r.seq NOT IN (SELECT g.seq FROM removal g WHERE g.state <> 'restored')"""
"""Entries whose bytes are, or should be, in the store of files."""

KIND_CODE = f"coalesce(nullif({DETECTED}, 0), r.ext)"
"""The code of the word that says what the file is: the detected type, else the extension of its name."""

FILE_CATEGORY = """file_category (code, category) AS MATERIALIZED (
  SELECT w.code, ft.category FROM file_type ft JOIN word w ON w.text = ft.key)"""
"""A table for WITH: the category of each word that names a type in the product's table (`media.types`)."""

CATEGORY_JOIN = f"LEFT JOIN file_category c ON c.code = {KIND_CODE}"
"""The join that gives `c.category`, NULL for a type that the table does not have."""


def type_join(detected: str, ext: str) -> str:
    """Joins that give t, the row of the product's table for a file, from the codes of what it was detected as and of
    its extension; the category is `t.category` in every report."""
    return (
        f"LEFT JOIN word dt ON dt.code = {detected} LEFT JOIN word ex ON ex.code = {ext}"
        " LEFT JOIN file_type t ON t.key = coalesce(dt.text, ex.text)"
    )


HELD = f"EXISTS (SELECT 1 FROM hold_spelling h WHERE h.released_ms IS NULL AND {COVERS_RECORD})"
"""Whether an unreleased hold covers r: what the view `entry_hold` says, asked of one entry."""

HOLD_SPELLING = "hold_spelling AS MATERIALIZED (SELECT * FROM main.hold_spelling WHERE released_ms IS NULL)"
"""A table for WITH: the unreleased holds, read once for a text that asks `HELD` of many entries."""

HELD_BY = f"""r.seq IN (
  WITH asked AS MATERIALIZED (SELECT * FROM main.hold_spelling WHERE number IN (SELECT value FROM json_each(?)))
  SELECT r.seq FROM record r WHERE r.kind = 0 AND EXISTS (SELECT 1 FROM asked h WHERE {COVERS_RECORD}))"""
"""Whether one of some holds, released ones too, given by a JSON list of their numbers, covers r."""
