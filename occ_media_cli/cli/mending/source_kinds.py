"""The kind of a source, told by its name, where the line lacks it or has a word that is none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.cli.one_of import OneOf
from occ_media_cli.cli.param_kinds import is_option

if TYPE_CHECKING:
    from occ_media_cli.cli.mending.typed_line import TypedLine
    from occ_media_cli.cli.mending.values_meant import Values

_KINDS_OF_FILES = {
    ".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "ndjson", ".csv": "csv", ".tsv": "csv", ".parquet": "parquet",
    ".mbox": "email", ".eml": "email", ".log": "ndjson",
}  # fmt: skip
"""By the end of its name, the kind of source that a file is."""

_KINDS_OF_PLACES = {"s3://": "bucket", "postgresql://": "chatwoot", "postgres://": "chatwoot"}


def with_kind(line: TypedLine, values: Values) -> list[list[str]]:
    """`ledger ingest x.ndjson` with the kind that the name of the file tells."""
    lacks = [item for item in line.lacking() if not is_option(item)]
    first = next(iter(line.places("argument")), None)
    told = _kind_told(line, first)
    if first is not None and told is not None:
        return [line.put(first, told)]
    if first is None or not lacks or line.kind(lacks[0]) != "file" or line.parts[first].item is lacks[0]:
        return []
    item, word = line.parts[first].item, line.parts[first].text
    if not isinstance(item.type, OneOf) or word in item.type.choices:
        return []
    kind = kind_of_source(word)
    return [line.put(first, kind, word)] if kind in item.type.choices else []


def _kind_told(line: TypedLine, first: int | None) -> str | None:
    """The kind of the source that stands behind a word which is no kind and no slip of one."""
    from occ_media_cli.report.meant import choices_meant

    places = line.places("argument")
    if first is None or len(places) != 2 or line.kind(line.parts[places[1]].item) != "file":
        return None
    item, word = line.parts[first].item, line.parts[first].text
    if not isinstance(item.type, OneOf) or word in item.type.choices or choices_meant(word, item.type.choices):
        return None
    kind = kind_of_source(line.parts[places[1]].text)
    return kind if kind in item.type.choices else None


def kind_of_source(name: str) -> str | None:
    """The kind of source that a name tells; None where it may be several."""
    for begin, kind in _KINDS_OF_PLACES.items():
        if name.startswith(begin):
            return kind
    path = Path(name)
    plain = path.with_suffix("") if path.suffix in (".gz", ".zst", ".bz2", ".xz") else path
    return "folder" if path.is_dir() else _KINDS_OF_FILES.get(plain.suffix.casefold())
