"""The views of a ledger as Parquet files, for engines that judge elsewhere: `VIEW.parquet` each, and `ledger.json`."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli.audit.engines.interface import Head
from occ_media_cli.decoding import decode
from occ_media_cli.errors import MalformedInput, NotFound, PartMissing
from occ_media_cli.store import sink
from occ_media_cli.store.migrations.m0011_persons import ENTRY_HOLD
from occ_media_cli.store.write_errors import explained

if TYPE_CHECKING:
    from occ_media_cli.audit.engines.sqlite import SqliteSource

SCHEMA = "occ-media/views/1"
FACTS = "ledger.json"
LARGEST_FACTS = 65_536

FOLLOWING = {"entry_hold": ENTRY_HOLD}
"""Views that follow from others, and are no files: the engine makes them, by these portable texts."""

VIEWS = (
    "agent", "agent_inbox", "agent_rule", "agent_version", "agreement", "audit_run", "change", "clock_step", "config",
    "correction", "customer_alias", "decision", "entry", "file_type", "flag", "hold", "hold_scope", "inbox",
    "interrupted_change", "library", "library_allowed", "policy", "policy_version", "purged", "scan", "scan_fact",
    "setting", "setting_change", "setting_channel", "setting_tag", "suppression", "verification", "verified_file",
)  # fmt: skip

_WHOLE = frozenset({
    "alias", "allow_send", "allow_view", "approved_seq", "assigned", "before_seq", "by_conversation", "by_customer",
    "checkpoint", "count", "deny_send", "deny_view", "differences", "document",
    "ended_seq", "entries", "entry_seq", "errors", "event", "everywhere", "first", "from_seq", "inbox_id",
    "incomplete", "limit_mb", "lost_seq", "may_send", "may_view", "notes", "number", "ok", "one_person", "place",
    "position", "quota", "receive", "scan_seq", "send", "send_approved_only", "seq", "size", "suppressed", "switched",
    "switched_seq", "to_seq", "verified", "verified_seq", "version_after", "warnings",
})  # fmt: skip
_SPECIAL = {("inbox", "id"): True, ("library", "version"): False, ("library_allowed", "version"): False}

BATCH = 50_000


def whole(view: str, column: str) -> bool:
    """Whether a column holds whole numbers; every other one holds texts."""
    return _SPECIAL.get((view, column), column in _WHOLE or column == "version" or column.endswith("_ms"))


def write_export(source: SqliteSource, folder: Path, guard: sink.Guard | None = None) -> int:
    """Write every view into a folder and return how many entries there are. The facts come last: without them the
    folder is no export, so a run that was stopped leaves nothing that could be taken for one."""
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise PartMissing(
            "Parquet needs a part that is not installed; nothing was written", hint="pip install 'occ-media[parquet]'"
        ) from None
    entries = 0
    guard = guard or sink.Guard()
    with explained(str(folder)):
        guard.folder(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in (*(f"{view}.parquet" for view in VIEWS), FACTS):
            guard.target(folder / name)  # before the first is written
        (folder / FACTS).unlink(missing_ok=True)
        for view in VIEWS:
            text = f"SELECT * FROM {view}"
            source.copy(text)
            cursor = source.connection.execute(text)
            names = [str(column[0]) for column in cursor.description]
            kinds = [arrow.int64() if whole(view, name) else arrow.string() for name in names]
            schema = arrow.schema(list(zip(names, kinds, strict=True)))
            with (
                sink.replacing(folder / f"{view}.parquet", guard) as pending,
                parquet.ParquetWriter(pending.stream, schema) as out,
            ):
                while batch := list(islice(cursor, BATCH)):
                    out.write_table(_table(arrow, batch, schema))
                    entries += len(batch) if view == "entry" else 0
        facts = {"schema": SCHEMA, **asdict(source.head())}
        sink.write(folder / FACTS, [json.dumps(facts).encode("ascii") + b"\n"], guard)
    return entries


def _table(arrow: Any, batch: list[tuple[Any, ...]], schema: Any) -> Any:
    columns = zip(zip(*batch, strict=True), schema, strict=True)
    return arrow.Table.from_arrays(
        [arrow.array([_cell(cell, arrow.types.is_string(field.type)) for cell in column], type=field.type)
         for column, field in columns],
        schema=schema,
    )  # fmt: skip


def _cell(cell: Any, text: bool) -> Any:
    return cell if cell is None or not text or isinstance(cell, str) else str(cell)


def read_facts(folder: Path) -> Head:
    """The head of the ledger that an export was made of; NotFound and MalformedInput where it is none."""
    hint = "write an export of the store"
    topic = ("export", str(folder))
    try:
        with (folder / FACTS).open("rb") as stream:
            facts = decode(stream.read(LARGEST_FACTS + 1), largest=LARGEST_FACTS)
        head = Head(
            facts["state"], facts["seq"], facts["entries"], facts["verified"],
            facts.get("ledger", True), tuple(facts.get("unrecorded", ())),
        )  # fmt: skip
        typed = (type(head.state), type(head.seq), type(head.entries)) == (str, int, int)
        right = typed and facts["schema"] == SCHEMA and all((folder / f"{view}.parquet").is_file() for view in VIEWS)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound("no export of a ledger", file=str(folder), hint=hint, topic=topic) from None
    except (OSError, ValueError, KeyError, TypeError):
        right = False
    if not right:
        raise MalformedInput("not an export of this program's views", file=str(folder), hint=hint, topic=topic)
    return head
