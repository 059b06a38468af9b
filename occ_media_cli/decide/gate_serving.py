"""The loop of the gate: lines that are there are answered together, and on record before they are answered."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.decide import gate
from occ_media_cli.decide.gate_batches import read_batches
from occ_media_cli.decide.gate_claims import CLAIM_WHAT_IS_THERE, untrue_claim
from occ_media_cli.decide.gate_files import GateFiles
from occ_media_cli.decide.gate_line import GateLine, help_for
from occ_media_cli.decide.gate_policies import GatePolicies
from occ_media_cli.decide.gate_reply import reply_to
from occ_media_cli.decide.result import said_of_unread, unreadable
from occ_media_cli.decide.told_messages import ToldMessages
from occ_media_cli.ledger.append.appender import Appender
from occ_media_cli.ledger.decision_times import SOURCE, decisions_at, newest_decision
from occ_media_cli.ledger.entry import Batch, GateDecision
from occ_media_cli.media import libmagic
from occ_media_cli.report import safe
from occ_media_cli.settings.past import refuse_past
from occ_media_cli.store.reasons import refuse_unfit
from occ_media_cli.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from occ_media_cli.decide.gate_reply import GateReply
    from occ_media_cli.decide.gate_scans import GateScans
    from occ_media_cli.decide.policy import Policy
    from occ_media_cli.ledger.entry import EntryRow
    from occ_media_cli.library.recorded import RecordedLibrary
    from occ_media_cli.library.standing import LibraryStanding
    from occ_media_cli.media.recognition import Recognition
    from occ_media_cli.safety.scan_result import ScanResult
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.open import Store

SECONDS_FOR_WORDS = 2.0
"""The longest that the gate reads a file that is not approved, to say which document it is like."""


class Gate:
    """Answers lines for one store; use it as a context manager.

    quiet_for: milliseconds in which a customer reads the same message once. fixed: who asks at a moment that stands
    still, which the record then says beside the machine's clock; None for that clock alone. backdate: why that moment
    may lie before the newest decision, which is Refused otherwise. root: the folder that the paths of the entries are
    relative to. scans: scan the files of inboxes that ask for it.
    """

    def __init__(
        self,
        store: Store,
        *,
        quiet_for: int,
        fixed: Stamp | None = None,
        backdate: str | None = None,
        root: str = ".",
        scans: GateScans | None = None,
    ) -> None:
        libmagic.version()
        refuse_unfit(backdate)
        if fixed is not None:
            newest = newest_decision(store.ledger, fixed.wall)
            refuse_past("the decisions of the gate were", newest, fixed.now, backdate)
        self._files = GateFiles(root)
        self._store, self._fixed, self._backdate, self._scans = store, fixed, backdate, scans
        self._appender = Appender(store.ledger, SOURCE)
        self._policies = GatePolicies(store)
        self._library: RecordedLibrary | None = None
        self._told = ToldMessages(store.ledger, quiet_for=quiet_for, now=self._now())

    def __enter__(self) -> Gate:
        return self

    def __exit__(self, *problem: Any) -> None:
        self._files.close_files()
        self._appender.__exit__(*problem)

    def serve(self, read: Callable[[], bytes], target: IO[bytes]) -> int:
        """Answer every line, in order; returns how many were no entries."""
        refused = 0
        for lines in read_batches(read):
            for reply in self.answer_lines(lines):
                refused += reply.malformed
                target.write(safe.json(reply.document()).encode("ascii") + b"\n")
            target.flush()
        return refused

    def answer_lines(self, lines: Sequence[bytes]) -> list[GateReply]:
        """The answers to lines, in order. All of them are on record when this returns."""
        asked = [GateLine(line) for line in lines]
        now = self._now()
        self._decide(asked, now)
        self._record(asked, now)
        return [reply_to(each) for each in asked]

    def _now(self) -> int:
        return times.wall() if self._fixed is None else self._fixed.now

    def _decide(self, asked: list[GateLine], now: int) -> None:
        from occ_media_cli.errors import NotFound

        policies: dict[int, Policy] = {}
        for each in asked:
            if each.row is not None:
                try:
                    policies[id(each)] = self._policies.policy_of(each.row, now)
                except NotFound as error:
                    each.refuse(error.what, help_for("unknown inbox"))
        scanned = self._scanned([each for each in asked if _wants_scan(policies.get(id(each)))])
        looked = dict(self._files.look_at([each for each in asked if id(each) not in scanned]))
        for each in asked:
            row, policy = each.row, policies.get(id(each))
            if row is None or policy is None:
                continue
            scan = scanned.get(id(each))
            seen = looked.get(id(each)) if scan is None else _seen(scan)
            if isinstance(seen, str):
                known = self._word(row)
                problems = (unreadable(seen),) if scan is None else said_of_unread(scan)
                each.answer = gate.reply(problems, known, row.name, policy, channel=row.channel, seen=False)
            elif seen is not None and (untrue := untrue_claim(each, seen[0].size, seen[1], self._files)) is not None:
                each.refuse(untrue, CLAIM_WHAT_IS_THERE)
                continue
            else:
                known, each.sha256 = seen or (self._word(row), row.sha256)
                standing = self._standing(each, policy, now)
                approved = standing.approved if standing is not None and seen is None else None
                if approved is not None:
                    if row.size not in (None, approved.size):
                        each.refuse(
                            f"its size is not that of the approved file with its sha256, {approved.size:,} bytes",
                            "state its size and sha256 as they are, or leave the size out",
                        )
                        continue
                    known = gate.of_type(approved.type, approved.size)
                each.answer = gate.answer_gate(
                    known, row.name, policy, standing=standing, channel=row.channel, seen=seen is not None,
                    declared=row.declared, scan=scan, path=row.path,
                )  # fmt: skip
            each.answer = self._told.say_once(row, each.answer, now)

    def _standing(self, each: GateLine, policy: Policy, now: int) -> LibraryStanding | None:
        """What a file is to the library, where its inbox sends approved files only."""
        if not policy.asks_library:
            return None
        from occ_media_cli.decide.standings import Standings
        from occ_media_cli.library.recorded import RecordedLibrary

        if self._library is None:
            self._library = RecordedLibrary(self._store.ledger)
        asks = Standings(self._store, now, SECONDS_FOR_WORDS, live=True, recorded=self._library)
        return asks.look_up(policy, each.sha256, lambda: self._files.open_file(each))

    def _scanned(self, asked: list[GateLine]) -> dict[int, ScanResult]:
        """What a scan says of the bytes that lines name."""
        if self._scans is None:
            return {}
        jobs = (self._files.job_of(each) for each in asked if each.row is not None and each.row.path is not None)
        return {found.tag: found for found in self._scans.scan(jobs)}

    @staticmethod
    def _word(row: EntryRow) -> Recognition:
        return gate.by_its_word(row.name, row.declared, row.detected, row.size)

    def _record(self, asked: list[GateLine], now: int) -> None:
        answered = [each for each in asked if each.row is not None and each.answer is not None]
        if self._scans is not None:
            self._scans.record(self._appender, now)
        items = [_decision(each, now) for each in answered]
        if not items:
            return
        if self._fixed is not None:
            stamp = replace(self._fixed, wall=times.wall())
            self._appender.append_event(decisions_at(stamp, len(items), self._backdate), stamp)
        batch = Batch(items=list(items), lines=list(range(len(items))), read=len(items))
        for refusal in self._appender.append_batch(batch):
            answered[refusal.line].refuse(refusal.detail, help_for(refusal.group))
        self._appender.commit()


def _wants_scan(policy: Policy | None) -> bool:
    return policy is not None and policy.inbox is not None and policy.inbox.scan != "off"


def _seen(scan: ScanResult) -> tuple[Recognition, str] | str:
    """What a scan recognised, or why it could not."""
    if scan.known is None or scan.sha256 is None:
        return scan.found[0].message
    return scan.known, scan.sha256


def _decision(each: GateLine, now: int) -> GateDecision:
    row, found = each.row, each.answer
    if row is None or found is None:
        raise ValueError("only answered lines are recorded")
    errors = [problem.code for problem in found.problems if problem.severity.value == "error"]
    return GateDecision(
        row.id, now, row.inbox, row.direction, row.name, "allow" if found.allow else "deny",
        ",".join(dict.fromkeys(errors)) or None, found.customer_message, row.customer, row.conversation, row.channel,
        row.agent, row.declared, found.detected or row.detected, row.size, each.sha256,
    )  # fmt: skip
