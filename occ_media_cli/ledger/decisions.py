"""Decisions of the gate, on record beside the entries they speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.ledger import judge
from occ_media_cli.ledger.corrections import chained
from occ_media_cli.ledger.entry import Decision
from occ_media_cli.ledger.keys import SEQS
from occ_media_cli.store import record

if TYPE_CHECKING:
    from occ_media_cli.ledger.append import Appender


def add(appender: Appender, item: Decision) -> None:
    """Append a decision. One id may be asked about often: each answer is a record of its own.

    The key of a decision carries the moment and the chain's position, so that two answers never meet.
    """
    inbox = appender.inboxes.number(item.inbox)
    ms = judge.moment(item.time, "time")
    appender.settle()
    entry = appender.connection.execute(
        f"SELECT seq FROM record WHERE kind = 0 AND seq IN {SEQS}", (appender.entry_keys(item.id),)
    ).fetchone()
    chained(
        appender,
        {
            "key": record.key_of(appender.prefixes[record.DECISION], f"{item.id}\0{appender.seq + 1}"),
            "kind": record.DECISION,
            "source": appender.source,
            "ms": ms,
            "inbox": inbox,
            "direction": record.DIRECTIONS.index(item.direction),
            "outcome": 0 if item.decision == "allow" else 1,
            "channel": item.channel,
            "agent": item.agent,
            "declared": item.declared,
            "detected": item.detected,
            "ext": judge.extension(item.name),
            "reason": item.problems,
            "size": item.size,
            "sha256": judge.digest(item.sha256, 32, "sha256") if item.sha256 is not None else None,
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
    appender.counts.new += 1
