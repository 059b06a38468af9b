"""A baseline: the findings that are known, by their fingerprints, so that an audit shows what is new."""

from __future__ import annotations

from pathlib import Path

from occ_media_cli.audit.engine import Audit
from occ_media_cli.decoding import decode
from occ_media_cli.errors import Incomplete, MalformedInput, NotFound
from occ_media_cli.report import words
from occ_media_cli.report.model import Report

SCHEMA = "occ-media/baseline/1"

LARGEST_FILE = 500_000_000
"""Bytes of a baseline: some four million findings."""


def document(audit: Audit) -> Report:
    """The baseline of an audit: every finding that nothing else covers."""
    known = (found for found in audit.findings if found.suppressed is None or found.suppressed["by"] == "baseline")
    return Report(
        schema=SCHEMA,
        title="Baseline",
        head={"ledger_head": audit.head.state, "ledger_entries": audit.head.entries},
        records_key="findings",
        records=({"fingerprint": found.fingerprint, "rule": found.rule, "inbox": found.inbox} for found in known),
        answer=f"baseline of {words.plural(sum(verdict.count for verdict in audit.verdicts), 'finding')}",
    )


def load_baseline(path: str) -> dict[str, str]:
    """Fingerprints and their rules; MalformedInput for a file that is no baseline."""
    file = Path(path)
    try:
        with file.open("rb") as stream:  # it may be a pipe or a device, which have no size to look at
            text = stream.read(LARGEST_FILE + 1)
        if len(text) > LARGEST_FILE:
            raise MalformedInput(
                "too large for a baseline", file=path, hint="write a new one", topic=("baseline-anew",)
            )
        data = decode(text, largest=LARGEST_FILE)
        right = data["schema"] == SCHEMA
        found = {str(row["fingerprint"]): str(row["rule"]) for row in data["findings"]}
    except FileNotFoundError:
        raise NotFound("no such baseline", file=path, hint="write one first", topic=("first-baseline", path)) from None
    except OSError as problem:
        words_ = (problem.strerror or "unknown problem").lower()
        raise Incomplete(f"cannot be read: {words_}", file=path, hint="name a readable file") from None
    except (ValueError, KeyError, TypeError):
        right, found = False, {}
    if not right:
        raise MalformedInput("not a baseline", file=path, hint="write one first", topic=("baseline", path))
    return found
