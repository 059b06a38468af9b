"""The loop of the gate: lines that are there are answered together, and on record before they are answered."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.decide import gate
from occ_media_cli.decide.gate_line import GateLine
from occ_media_cli.decide.result import problem_of, said_of_unread, unreadable
from occ_media_cli.decide.settings_now import SettingsNow, settings_of
from occ_media_cli.errors import Incomplete
from occ_media_cli.ledger.append.appender import Appender
from occ_media_cli.ledger.customers import PERSON, key_of_person
from occ_media_cli.ledger.decision_times import SOURCE, decisions_at, newest_decision
from occ_media_cli.ledger.entry import LONGEST_LINE, Batch, GateDecision
from occ_media_cli.media import libmagic
from occ_media_cli.media.channels.profiles import profile_name
from occ_media_cli.media.travel import recognise_and_hash_work, unpack
from occ_media_cli.places.roots import parts
from occ_media_cli.places.safe_open import Kept, Opened, open_below, open_root, why
from occ_media_cli.report import safe
from occ_media_cli.sandbox.child import Task
from occ_media_cli.sandbox.pool import Failed, Job, Pool, cores
from occ_media_cli.settings.past import refuse_past
from occ_media_cli.values import replace, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from occ_media_cli.decide.gate_scans import GateScans
    from occ_media_cli.decide.policy import Policy
    from occ_media_cli.ledger.entry import EntryRow
    from occ_media_cli.library.recorded import RecordedLibrary
    from occ_media_cli.library.standing import LibraryStanding
    from occ_media_cli.media.problems import Problem
    from occ_media_cli.media.recognition import Recognition
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.safety.scan_result import ScanResult
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.open import Store

SECONDS_FOR_WORDS = 2.0
"""The longest that the gate reads a file that is not approved, to say which document it is like."""

_TOLD = f"""
SELECT i.name, {PERSON}, r.message, max(r.ms) FROM record r JOIN inbox_state i ON i.id = r.inbox
WHERE r.kind = 2 AND r.ms > ? AND r.message IS NOT NULL AND r.customer IS NOT NULL GROUP BY 1, 2, 3"""  # noqa: S608 - it is a constant


@value
class GateReply:
    """What the gate answered about one entry, and what is on record about it.

    id: of the entry, None where nothing could be read. allow: whether the file may pass. problems: why not, and what
    is to be known besides; a line that was no entry has the one problem `malformed`, and is not on record.
    customer_message: what the customer reads, None for nothing. agent_notice: what the agent reads.
    """

    id: str | None
    allow: bool
    problems: tuple[Problem, ...]
    customer_message: str | None = None
    agent_notice: str | None = None

    @property
    def malformed(self) -> bool:
        """Whether there was no entry to decide on."""
        return not self.allow and [problem.code for problem in self.problems] == ["malformed"]

    def document(self) -> dict[str, Json]:
        """The answer as programs read it (contracts.md §5)."""
        return {
            "id": self.id,
            "decision": "allow" if self.allow else "deny",
            "problems": [problem_of(problem) for problem in self.problems],
            "customer_message": self.customer_message,
            "agent_notice": self.agent_notice,
        }


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
        if fixed is not None:
            newest = newest_decision(store.ledger, fixed.wall)
            refuse_past("the decisions of the gate were", newest, fixed.now, backdate)
        try:
            self._root = open_root(root)
        except OSError as problem:
            place = "the working directory" if root == "." else f"'{root}'"
            raise Incomplete(
                f"{place} cannot be read: {why(problem).words}",
                hint="run the gate in the folder that the paths of the entries are relative to",
            ) from problem
        self._store, self._quiet_for, self._fixed, self._backdate = store, quiet_for, fixed, backdate
        self._pool = Pool(Task(recognise_and_hash_work), workers=cores())
        self._scans = scans
        self._appender = Appender(store.ledger, SOURCE)
        self._settings: SettingsNow | None = None
        self._library: RecordedLibrary | None = None
        self._seen: tuple[object, ...] = ()
        self._policies: dict[tuple[str, str, str | None, str | None], Policy] = {}
        rows = store.ledger.execute(_TOLD, (self._now() - quiet_for,))
        self._told = {(inbox, person, message): int(ms) for inbox, person, message, ms in rows}

    def __enter__(self) -> Gate:
        return self

    def __exit__(self, *problem: Any) -> None:
        self._pool.__exit__(*problem)
        os.close(self._root)
        self._appender.__exit__(*problem)

    def serve(self, read: Callable[[], bytes], target: IO[bytes]) -> int:
        """Answer every line, in order; returns how many were no entries."""
        refused = 0
        for lines in _batches(read):
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
        return [_reply(each) for each in asked]

    def _now(self) -> int:
        return times.wall() if self._fixed is None else self._fixed.now

    def _current(self, now: int) -> SettingsNow:
        """The settings at this moment; read again when another command changed them or a time-box ended."""
        document = self._store.location.document
        try:
            found = document.stat() if document is not None else None
        except OSError:
            found = None
        stamp = (
            self._store.ledger.execute("PRAGMA data_version").fetchone()[0],
            (found.st_mtime_ns, found.st_ino) if found is not None else None,
        )
        end = self._settings.changes_at() if self._settings is not None else None
        if self._settings is None or stamp != self._seen or (end is not None and now >= end):
            self._settings, self._seen = settings_of(self._store, now), stamp
            self._policies.clear()
        return self._settings

    def _policy(self, row: EntryRow, now: int) -> Policy:
        settings = self._current(now)
        agent = row.agent if row.direction == "send" else None
        key = (row.inbox, row.direction, agent, row.channel)
        if key not in self._policies:
            if row.inbox not in settings.inboxes:
                settings.version(row.inbox)  # raises NotFound with the nearest name
            policy = settings.policy(row.inbox, agent=agent, direction=row.direction)
            if row.channel is not None and profile_name(row.channel) in settings.profiles.names:
                policy = replace(policy, profiles=(settings.profile(row.channel),))
            if len(self._policies) > 10_000:
                self._policies.clear()
            self._policies[key] = policy
        return self._policies[key]

    def _decide(self, asked: list[GateLine], now: int) -> None:
        from occ_media_cli.errors import NotFound

        policies: dict[int, Policy] = {}
        for each in asked:
            if each.row is not None:
                try:
                    policies[id(each)] = self._policy(each.row, now)
                except NotFound as error:
                    each.refuse(error.what)
        scanned = self._scanned([each for each in asked if _wants_scan(policies.get(id(each)))])
        looked = dict(self._looked_at([each for each in asked if id(each) not in scanned]))
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
            elif seen is not None and row.sha256 is not None and row.sha256.lower() != seen[1]:
                each.refuse("its sha256 is not that of the bytes at its path")
                continue
            else:
                known, each.sha256 = seen or (self._word(row), row.sha256)
                standing = self._standing(each, policy, now)
                approved = standing.approved if standing is not None and seen is None else None
                if approved is not None:
                    if row.size not in (None, approved.size):
                        each.refuse(
                            f"its size is not that of the approved file with its sha256, {approved.size:,} bytes"
                        )
                        continue
                    known = gate.of_type(approved.type, approved.size)
                each.answer = gate.answer_gate(
                    known, row.name, policy, standing=standing, channel=row.channel, seen=seen is not None,
                    declared=row.declared, scan=scan,
                )  # fmt: skip
            each.answer = self._once(row, each.answer, now)

    def _standing(self, each: GateLine, policy: Policy, now: int) -> LibraryStanding | None:
        """What a file is to the library, where its inbox sends approved files only."""
        if not policy.asks_library:
            return None
        from occ_media_cli.decide.standings import Standings
        from occ_media_cli.library.recorded import RecordedLibrary

        if self._library is None:
            self._library = RecordedLibrary(self._store.ledger)
        asks = Standings(self._store, now, SECONDS_FOR_WORDS, live=True, recorded=self._library)
        return asks.look_up(policy, each.sha256, lambda: self._opened(each))

    def _scanned(self, asked: list[GateLine]) -> dict[int, ScanResult]:
        """What a scan says of the bytes that lines name."""
        if self._scans is None:
            return {}
        jobs = (self._job(each) for each in asked if each.row is not None and each.row.path is not None)
        return {found.tag: found for found in self._scans.scan(jobs)}

    @staticmethod
    def _word(row: EntryRow) -> Recognition:
        return gate.by_its_word(row.name, row.declared, row.detected, row.size)

    def _looked_at(self, asked: list[GateLine]) -> Iterator[tuple[int, tuple[Recognition, str] | str]]:
        """What the bytes are, or why they could not be looked at, for the lines that name them."""
        jobs = (self._job(each) for each in asked if each.row is not None and each.row.path is not None)
        for job, result in self._pool.run(jobs):
            if isinstance(result, Failed):
                yield job.tag, result.reason
            else:
                yield job.tag, (unpack(result[0]), result[1])

    def _job(self, each: GateLine) -> Job:
        """The file that a line names, opened below the working directory without following a link on the way."""
        row, opened = each.row, self._opened(each)
        if isinstance(opened, Kept):
            return Job(-1, -1, "", id(each), Failed(opened.words))
        name = gate.by_its_declared_type(row.name, row.declared)[0] if row is not None else ""
        return Job(opened.fd, opened.found.st_size, name, id(each))

    def _opened(self, each: GateLine) -> Opened | Kept:
        row = each.row
        return open_below(self._root, parts(row.path) if row is not None and row.path is not None else None)

    def _once(self, row: EntryRow, found: gate.GateAnswer, now: int) -> gate.GateAnswer:
        """The answer without its message where the customer has read it lately."""
        if found.customer_message is None or row.customer is None:
            return found
        whose = key_of_person(self._store.ledger, row.customer)
        key = (row.inbox, whose, found.customer_message)
        last = self._told.get(key)
        if last is not None and last <= now < last + self._quiet_for:
            return found._replace(customer_message=None)
        self._told[key] = now
        return found

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
            answered[refusal.line].refuse(refusal.detail)
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


def _reply(each: GateLine) -> GateReply:
    found = each.answer
    if found is None:
        return GateReply(each.identity, False, (each.problem,) if each.problem is not None else ())
    return GateReply(each.identity, found.allow, found.problems, found.customer_message, found.agent_notice)


def _batches(read: Callable[[], bytes]) -> Iterator[list[bytes]]:
    """The lines that are there, as they come: one where the asker waits for each answer, many where it does not."""
    rest, skipping = b"", False
    while piece := read():
        *lines, rest = (rest + piece).split(b"\n")
        if skipping and lines:
            lines[0], skipping = b"\0" * (LONGEST_LINE + 1), False
        lines = [line for line in lines if line.strip()]
        if lines:
            yield lines
        if len(rest) > LONGEST_LINE:
            rest, skipping = b"", True  # its end is still to come; it is answered then
    if skipping:
        rest = b"\0" * (LONGEST_LINE + 1)
    if rest.strip():
        yield [rest]
