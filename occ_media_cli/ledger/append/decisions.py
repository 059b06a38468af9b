"""Decisions of the gate, on record beside the entries they speak of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from occ_media_cli.ledger import row_values
from occ_media_cli.ledger.append.keys import SEQS
from occ_media_cli.ledger.append.writer import chain_record
from occ_media_cli.ledger.entry import GateDecision
from occ_media_cli.vocabulary import DECISION, DIRECTIONS, GATE_DECISIONS

if TYPE_CHECKING:
    from occ_media_cli.ledger.append.writer import Writer


def append_decision(writer: Writer, item: GateDecision) -> None:
    """Append a decision. One id may be asked about often: each answer is a record of its own.

    The key of a decision carries the moment and the chain's position, so that two answers never meet.
    """
    inbox = writer.inboxes.number(item.inbox)
    ms = row_values.moment(item.time, "time")
    writer.settle()
    entry = writer.connection.execute(
        f"SELECT seq FROM record WHERE kind = 0 AND seq IN {SEQS}", (json.dumps(writer.entry_keys(item.id)),)
    ).fetchone()
    chain_record(
        writer,
        {
            "key": writer.key(DECISION, f"{item.id}\0{writer.seq + 1}"),
            "kind": DECISION,
            "source": writer.source,
            "ms": ms,
            "inbox": inbox,
            "direction": DIRECTIONS.index(item.direction),
            "outcome": GATE_DECISIONS.index(item.decision),
            "channel": item.channel,
            "agent": item.agent,
            "declared": item.declared,
            "detected": item.detected,
            "ext": row_values.extension(item.name),
            "reason": item.problems,
            "size": item.size,
            "sha256": row_values.digest(item.sha256, 32, "sha256") if item.sha256 is not None else None,
            "corrects": entry[0] if entry else None,
        },
        {
            "id": item.id,
            "customer": item.customer,
            "conversation": item.conversation,
            "name": item.name,
            "message": item.message,
        },
    )
    writer.counts.new += 1
