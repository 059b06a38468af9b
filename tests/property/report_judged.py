"""How much each rule of the audit has to judge, in plain Python from the rows of a ledger.

What it is stands in the docs and in the headers of the rules; here it is written down once more, rule by rule. Shares no
code and no SQL with the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.property.report_oracle import FOREVER, Ledger, Scope, Version, delivered, stored

LIMITED = ("audio", "document", "image", "video")
"""Categories that the product has a limit for: all that it knows."""

SAYS_NOTHING = ("", "application/octet-stream", "binary/octet-stream", "application/x-download")
"""Declared types that are no witness."""

Pair = tuple[int, int]
Test = Callable[[Any], bool]


def pair(rows: Iterable[Any], can: Test = lambda _: True) -> Pair:
    """How many of some rows can be judged, and how many cannot."""
    said = [bool(can(row)) for row in rows]
    return sum(said), len(said) - sum(said)


LOOKED = frozenset(("clean", "infected"))


class Judges:
    """The rows that rules look at, of a ledger and a question."""

    def __init__(self, ledger: Ledger, scope: Scope) -> None:
        self.ledger, self.scope = ledger, scope
        self.by_entry, self.by_hash = ledger.scanned()
        self.lost = ledger.lost()
        self.facts_of_entry = {
            event["body"]["entry"] for event in self._of_kind("scan") if event["body"].get("facts")
            and event["body"].get("entry") is not None
        }  # fmt: skip
        self.facts_of_hash = {
            event["body"]["sha256"] for event in self._of_kind("scan") if event["body"].get("facts")
            and event["body"].get("sha256")
        }  # fmt: skip
        self.bytes_checked = [
            (event["seq"], event["ms"]) for event in self._of_kind("verification")
            if event["body"]["subject"] == "retention"
        ]  # fmt: skip
        self.approved = list(self._approved_files())
        self.entries = ledger.looked_at(scope)

    def in_library(self, entry: dict[str, Any]) -> bool:
        """Its content was approved by then; without a hash nobody knows, once the library has anything."""
        content = (entry["sha256"] or b"").hex()
        return any(ms <= entry["ms"] and content in ("", known) for known, ms in self.approved)

    def _of_kind(self, *kinds: str) -> Iterator[dict[str, Any]]:
        return (event for event in self.ledger.events if event["kind"] in kinds)

    def _approved_files(self) -> Iterator[tuple[str, int]]:
        """Each file of the library, and when it was approved first."""
        for proposed in self._of_kind("library-propose"):
            approved = self._approval(proposed)
            if approved is not None:
                for file in proposed["body"]["files"]:
                    yield file["sha256"], approved["ms"]

    def _approval(self, proposed: dict[str, Any]) -> dict[str, Any] | None:
        same = (
            event for event in self._of_kind("library-approve") if event["body"]["proposed"] == proposed["seq"]
        )  # fmt: skip
        return next(same, None)

    def then(self, entry: dict[str, Any]) -> Version | None:
        return self.ledger.setting(entry["inbox"], entry["ms"])

    def in_force(self, entry: dict[str, Any]) -> bool:
        return self.then(entry) is not None

    def _looked(self, entry: dict[str, Any]) -> bool:
        """A scan could say whether it is clean: one of its own, or of another file with its bytes, unless the newest of
        its own found no file that is its own."""
        own = self.by_entry.get(entry["seq"], set())
        return bool(own & LOOKED) or (entry["seq"] not in self.lost and bool(self._same_bytes(entry) & LOOKED))

    def _same_bytes(self, entry: dict[str, Any]) -> set[str]:
        return self.by_hash.get((entry["sha256"] or b"").hex(), set())

    def looked_inside(self, entry: dict[str, Any]) -> bool:
        """The same, and malware in another file of its bytes counts whatever became of its own."""
        return self._looked(entry) or "infected" in self._same_bytes(entry)

    def inside_known(self, entry: dict[str, Any]) -> bool:
        """A scanner looked inside, or saw something there."""
        seen = entry["seq"] in self.facts_of_entry or (entry["sha256"] or b"").hex() in self.facts_of_hash
        return seen or self._looked(entry)

    def checked_since(self, entry: dict[str, Any]) -> bool:
        """The bytes that are kept were checked after the entry came."""
        return any(seq > entry["seq"] for seq, _ in self.bytes_checked)

    def checked_since_deleted(self, entry: dict[str, Any]) -> bool:
        newest = max((ms for _, ms in self.bytes_checked), default=None)
        return self.checked_since(entry) and newest is not None and newest >= entry["deleted"]

    def two_witnesses(self, entry: dict[str, Any]) -> bool:
        """Two of the detected type, the extension and the declared type say something."""
        declared = entry["declared"]
        said = declared is not None and declared.split(";")[0].lower().strip(" ") not in SAYS_NOTHING
        return [bool(entry["detected"]), bool(entry["ext"]), said].count(True) > 1

    def _moved_in(self, event: dict[str, Any]) -> bool:
        """An event belongs to a period by either of its clocks."""
        return self.scope.inside(event["ms"]) or self.scope.inside(event["wall"])

    def _named(self, name: str | None) -> bool:
        return not self.scope.inboxes or name in self.scope.inboxes

    def changes(self, kinds: tuple[str, ...] = ()) -> list[Any]:
        """What was put on record in the period, but for the store itself and parts of plans."""
        some = []
        for event in self.ledger.events:
            inbox = event["body"].get("inbox")
            name = self.ledger.names.get(inbox) if isinstance(inbox, int) else None
            if event["kind"] in ("store", "plan-part") or (kinds and event["kind"] not in kinds):
                continue
            if self._moved_in(event) and self._named(name):
                some.append(event)
        return some

    def _interrupted(self) -> list[Any]:
        """The changes of the period that a later command put on record for whoever was interrupted in them."""
        ended = [event for event in self.ledger.events if event["kind"] == "change-finish" and "first" in event["body"]]
        spans = [(event["body"]["first"], event["seq"]) for event in ended]
        return [event for event in self.changes() if any(first <= event["seq"] < last for first, last in spans)]

    def settings(self, test: Callable[[dict[str, Any]], bool]) -> list[Version]:
        low = self.scope.since if self.scope.since is not None else -FOREVER
        high = self.scope.until if self.scope.until is not None else FOREVER
        return [
            v for v in self.ledger.versions if v.start < high and v.end > low and v.start <= self.scope.now
            and self._named(self.ledger.names[v.inbox]) and test(v.value)
        ]  # fmt: skip

    def inboxes(self) -> list[int]:
        return [number for number, name in self.ledger.names.items() if self._named(name)]

    def approvals(self) -> list[tuple[dict[str, Any], bool]]:
        """Approvals in the period, and whether the OS users of both are on record. They belong to no inbox."""
        found: dict[int, list[Any]] = {}
        for proposed in self._of_kind("library-propose"):
            approved = self._approval(proposed)
            if approved is not None and self._moved_in(approved) and not self.scope.inboxes:
                both = proposed["os_user"] is not None and approved["os_user"] is not None
                found.setdefault(approved["seq"], [approved, False])[1] |= both
        return [(approved, both) for approved, both in found.values()]

    def suppressions(self) -> list[dict[str, Any]]:
        return [each for each in self.ledger.sections.get("suppressions", ()) if self._named(each.get("inbox"))]

    def all(self) -> dict[str, Pair]:
        """Each rule: how much of what it looks at could be judged, and how much lacked something."""
        every, now = self.entries, self.scope.now
        there = [entry for entry in every if delivered(entry)]
        sent = [entry for entry in there if entry["sent"]]
        received = [entry for entry in there if not entry["sent"]]
        gone = [entry for entry in every if entry["deleted"] is not None]
        kept_paths = [entry for entry in there if entry["path"] is not None]

        def asks(entries: list[Any], test: Callable[[dict[str, Any]], bool]) -> list[Any]:
            """Entries in inboxes that ask for something, and those of which nobody knows whether they did."""
            return [entry for entry in entries if (v := self.then(entry)) is None or test(v.value)]

        def quota(inbox: int) -> bool:
            now_set = self.ledger.setting(inbox, now)
            return now_set is not None and now_set.value["quota"] is not None

        def in_use(each: dict[str, Any]) -> bool:
            return (each.get("expires_ms") or 0) > now and bool(each.get("owner")) and bool(each.get("reason"))

        return {
            "active-content": pair(there, self.inside_known),
            "backdated-change": pair(self.changes()),
            "clock-ran-backwards": pair(self.changes()),
            "channel-not-linked": pair(
                asks(every, lambda v: bool(v["channels"])), lambda e: self.in_force(e) and e["channel"] is not None
            ),
            "deleted-too-early": pair(e for e in there if e["deleted"] is not None),
            "deleted-while-held": pair(gone),
            "evidence-expiring": pair(e for e in received if e["source"] == "whatsapp" and stored(e)),
            "flagged-file": pair(every),
            "infected-file": pair(there, self.looked_inside),
            "interrupted-change": pair([*self.changes(("change-finish", "change-refuse")), *self._interrupted()]),
            "ledger-altered": pair(
                [] if self.scope.inboxes else [
                    *(e for e in self._of_kind("verification") if e["body"]["subject"] == "ledger"),
                    *(e for e in self._of_kind("audit-run") if e["body"]["integrity"]["verified"] == "all"),
                ]
            ),
            "location-metadata": pair(there, self.inside_known),
            "message-without-alternative": pair(
                self.settings(lambda v: not v["receive"] and v["message_source"] == "own")
            ),
            "missing-bytes": pair((e for e in kept_paths if stored(e)), self.checked_since),
            "no-retention-policy": pair(n for n in self.inboxes() if n not in self.ledger.removed),
            "not-approved": pair(asks(sent, lambda v: v["send_approved_only"]), self.in_force),
            "not-scanned": pair(asks(there, lambda v: v["scan"] != "off"), self.in_force),
            "one-user-two-names": pair(self.approvals(), lambda each: each[1]),
            "self-approval": pair(self.approvals()),
            "outdated-approved-file": pair(filter(self.in_library, sent), lambda e: bool(e["sha256"])),
            "over-limit": pair(there, lambda e: e["size"] is not None and e["category"] in LIMITED),
            "over-quota": pair(filter(quota, self.inboxes())),
            "past-retention": pair(filter(stored, every), lambda e: self.ledger.wait(e) is not None),
            "receive-off-without-message": pair(self.settings(lambda v: not v["receive"])),
            "received-while-off": pair(received, self.in_force),
            "refused-attempts": pair(every),
            "same-file-many-times": pair(there, lambda e: bool(e["sha256"])),
            "sender-without-permission": pair(sent, lambda e: bool(e["agent"])),
            "sensitive-content": pair(there, self.inside_known),
            "sensitive-inbox-media-on": pair(self.settings(lambda v: "sensitive" in v["tags"])),
            "sent-while-off": pair(sent, self.in_force),
            "store-rolled-back": pair(self.changes(("store-restore",))),
            "suppression-expired": pair(self.suppressions(), lambda each: each.get("expires_ms") is not None),
            "suppression-incomplete": pair(self.suppressions()),
            "suppression-unused": pair(filter(in_use, self.suppressions())),
            "surviving-bytes": pair((e for e in kept_paths if e["deleted"] is not None), self.checked_since_deleted),
            "time-in-future": pair(every),
            "type-mismatch": pair(there, self.two_witnesses),
            "unsupported-type": pair(there),
        }  # fmt: skip
