"""One random ledger: what the audit finds and what the oracle says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from occ_media_cli.audit import engine, rules
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines import candidates, sqlite
from occ_media_cli.audit.rule import configured
from occ_media_cli.settings import read
from occ_media_cli.store.open import reading
from tests.unit.audit.oracle import Oracle
from tests.unit.audit.world import Maker, World

WITHOUT_VERSION = {"backdated-change"}


def chosen() -> list[Any]:
    found = {rule.id: rule for rule in rules.load_all()}
    found["same-file-many-times"] = configured(found["same-file-many-times"], {"minimum": 3})
    return list(found.values())


def audited(
    location: Any, now: int, since: int | None = None, until: int | None = None
) -> tuple[engine.Audit, set[tuple[Any, ...]], set[tuple[Any, ...]], list[Any]]:
    """The audit, its findings, those among them that are suppressed, and the settings versions."""
    with reading(location) as store, sqlite.prepared(store, now) as source:
        judged = engine.audit(source, chosen(), AuditScope(now, since, until))
        found, suppressed = set(), set()
        for f in judged.findings:
            key = (
                f.rule,
                f.severity.value,
                "*" if f.rule == "backdated-change" else f.inbox,
                f.place,
                f.setting_version,
            )
            assert key not in found, key
            found.add(key)
            if f.suppressed is not None:
                suppressed.add(key)
        return judged, found, suppressed, read.versions(store.ledger)


def windowed(maker: Maker, world: World, found: set[tuple[Any, ...]]) -> list[str]:
    """A period that begins and ends at entries' own times holds the first and not the last."""
    since, until = sorted(entry["time"] for entry in world.entries)[3::30][:2]
    inside = {entry["id"] if entry["id"] is not None else entry["seq"] for entry in world.entries
              if since <= entry["time"] < until}  # fmt: skip
    places = {entry["id"] if entry["id"] is not None else entry["seq"] for entry in world.entries}
    expected = {item for item in found if item[3] in inside}
    part = {item for item in audited(maker.location, world.now, since, until)[1] if item[3] in places}
    return [f"in a period, different: {item}" for item in sorted(expected ^ part, key=str)]


def differences(path: Path, seed: int, entries: int = 40) -> tuple[World, list[str], set[str]]:
    """Make a ledger and compare. Returns the world, the differences in words, and the rules that found something."""
    maker = Maker(path, seed, entries)
    world = maker.make()
    judged, found, suppressed, versions = audited(maker.location, world.now)
    smallest, candidates.SMALLEST = candidates.SMALLEST, 1
    try:
        narrowed = audited(maker.location, world.now)[1:3]
    finally:
        candidates.SMALLEST = smallest
    said = windowed(maker, world, found)
    oracle = Oracle(world, versions)
    expected = oracle.findings()
    said += [f"missed {item}" for item in sorted(expected - found, key=str)]
    said += [f"invented {item}" for item in sorted(found - expected, key=str)]
    covered = {item for item in expected if oracle.suppressed(item) is not None}
    said += [f"suppressed differently {item}" for item in sorted(covered ^ suppressed, key=str)]
    if narrowed != (found, suppressed):
        said.append(f"found differently by candidates: {sorted(narrowed[0] ^ found, key=str)}")
    unjudged = sum(oracle.at(entry["inbox"], entry["time"]) is None for entry in world.entries)
    if (judged.people.entries, judged.people.unjudged) != (len(world.entries), unjudged):
        said.append(f"counted {judged.people}, expected {len(world.entries)} with {unjudged} unjudged")
    return world, said, {item[0] for item in found}
