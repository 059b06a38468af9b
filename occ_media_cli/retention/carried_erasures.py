"""Carrying erasures over a restore: what was erased goes again wherever the restored store has it, and what it does not
have is remembered by its key, so that neither a later restore nor a source brings it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from occ_media_cli.ledger import erase, remembered
from occ_media_cli.ledger.remembered import Memory
from occ_media_cli.library import library_rows
from occ_media_cli.retention import retention_rows
from occ_media_cli.retention.carried_events import read_event, read_origin
from occ_media_cli.retention.two_stores import told_apart
from occ_media_cli.store import chain

if TYPE_CHECKING:
    from occ_media_cli.retention.two_stores import TwoStores

REWORDS = (retention_rows.reword, library_rows.reword)
"""What puts the texts of events into rows again, of every room whose rows are made of events, settings aside."""

OF = "erasure"


@dataclass(slots=True)
class _Erased:
    """What one erasure took, in whatever steps. rows and texts: places that are in the restored store for certain; the
    others are known by the key of the record, with the secret it was made with, or by where the event first stood."""

    origin: Mapping[str, Any]
    reason: str | None
    rows: set[int] = field(default_factory=set)
    texts: set[tuple[int, str]] = field(default_factory=set)
    keys: dict[bytes, set[int]] = field(default_factory=dict)
    persons: set[str] = field(default_factory=set)
    events: list[Mapping[str, Any]] = field(default_factory=list)
    places: list[tuple[Mapping[str, Any], str]] = field(default_factory=list)


def carry_erasures(stores: TwoStores, stamp: chain.Stamp) -> int:
    """Erase again, and remember the rest; how many erasures reached something. Both on the restored store, inside the
    caller's transaction."""
    done = 0
    known = _Known(stores)
    for erased in _collect(stores):
        missing: dict[bytes, list[int]] = {}
        for secret, keys in erased.keys.items():
            places = stores.at_keys(secret, keys)
            erased.rows.update(places.values())
            missing[secret] = sorted(keys - places.keys())
        events = [origin for origin in erased.events if not stores.events(origin)]
        texts = [(origin, place) for origin, place in erased.places if not stores.events(origin)]
        erased.rows.update(seq for origin in erased.events for seq in stores.events(origin))
        erased.texts.update((seq, place) for origin, place in erased.places for seq in stores.events(origin))
        body = {"carried": dict(erased.origin), "keys": sorted(erased.persons)}
        made = chain.Event(OF, body, stamp.now, erased.reason)
        again = None
        if erased.rows or erased.texts:
            again = erase.erase_again(stores.new, sorted(erased.rows), made, stamp, sorted(erased.texts), REWORDS)
        done += again is not None
        for about, personal in known.new_of(stores, missing, events, texts):
            remembered.remember(stores.new, Memory(OF, erased.origin, about, personal, erased.reason), stamp)
    return done


def _collect(stores: TwoStores) -> list[_Erased]:
    """Every erasure of the replaced store behind the common part, with those that it remembers itself."""
    old, found = stores.old, dict[str, _Erased]()
    by_event: dict[int, _Erased] = {}

    def of(event: int) -> _Erased:
        if event not in by_event:
            body, _, reason, *_ = read_event(old, event)
            origin = read_origin(old, event)
            by_event[event] = found.setdefault(told_apart(origin), _Erased(origin, reason))
            if stores.old_secret == stores.new_secret:  # with another secret they say nothing
                by_event[event].persons.update(body.get("keys", ()))
        return by_event[event]

    for seq, event, key in old.execute(
        "SELECT e.seq, e.event, r.key FROM erased e LEFT JOIN record r ON r.seq = e.seq WHERE e.event > ?"
        " ORDER BY e.event, e.seq",
        (stores.common,),
    ):
        if seq <= stores.common:
            of(event).rows.add(seq)
        elif key is not None:
            of(event).keys.setdefault(stores.old_secret, set()).add(key)
        else:
            body, *_ = read_event(old, seq)
            of(event).events += [read_origin(old, seq), *body.get("about", {}).get("replaced", ())]
    for seq, place, event in old.execute(
        "SELECT seq, place, event FROM free_text WHERE event > ? ORDER BY event, seq, place", (stores.common,)
    ):
        if seq <= stores.common:
            of(event).texts.add((seq, place))
        else:
            of(event).places.append((read_origin(old, seq), place))
    for memory in remembered.memories(old, (OF,), stores.common):
        erased = found.setdefault(told_apart(memory.origin), _Erased(memory.origin, memory.reason))
        secret = remembered.secret_of(memory, stores.old_secret)
        erased.keys.setdefault(secret, set()).update(memory.about["keys"])
        erased.events += memory.about["events"]
        erased.places += [(origin, place) for origin, place in memory.about["texts"]]
    return list(found.values())


class _Known:
    """What the restored store remembers already."""

    def __init__(self, stores: TwoStores) -> None:
        self._keys: dict[bytes, set[int]] = {}
        self._events: set[str] = set()
        for memory in remembered.memories(stores.new, (OF,)):
            secret = remembered.secret_of(memory, stores.new_secret)
            self._keys.setdefault(secret, set()).update(memory.about["keys"])
            self._events.update(map(told_apart, memory.about["events"]))
            self._events.update(told_apart(origin) + place for origin, place in memory.about["texts"])

    def new_of(
        self,
        stores: TwoStores,
        keys: Mapping[bytes, list[int]],
        events: list[Mapping[str, Any]],
        texts: list[tuple[Mapping[str, Any], str]],
    ) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """What is to be remembered, in parts: each with what is personal of it."""
        events = [origin for origin in events if told_apart(origin) not in self._events]
        texts = [(origin, place) for origin, place in texts if told_apart(origin) + place not in self._events]
        found: list[tuple[dict[str, Any], dict[str, Any]]] = []
        for secret, some in keys.items():
            rest = [key for key in some if key not in self._keys.get(secret, ())]
            personal = {} if secret == stores.new_secret else {remembered.OTHER_STORE: secret.hex()}
            for first in range(0, len(rest), remembered.MOST):
                part = rest[first : first + remembered.MOST]
                found.append(({"keys": part, "events": [], "texts": []}, personal))
        for first in range(0, max(len(events), len(texts)), remembered.MOST):
            span = slice(first, first + remembered.MOST)
            found.append(({"keys": [], "events": events[span], "texts": [list(each) for each in texts[span]]}, {}))
        return found
