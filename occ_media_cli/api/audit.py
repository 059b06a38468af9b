"""Audits and reports from Python: what was shared against the rules, on a ledger that was verified first."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.api.arguments import Calls
from occ_media_cli.api.audit_results import AuditResult, CheckedBundle, ReportResult
from occ_media_cli.audit.integrity import Integrity
from occ_media_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.audit.pseudonyms.veil import Veil
    from occ_media_cli.audit.rule import AuditRule
    from occ_media_cli.ledger.verify.checkpoint import Checkpoint
    from occ_media_cli.store.locate import Location
    from occ_media_cli.times import Moment


class AuditCalls(Calls):
    """Judging the ledger."""

    def audit(
        self,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        inboxes: Sequence[str] = (),
        rules: Sequence[str] = (),
        compare: str | None = None,
        baseline: str | os.PathLike[str] | None = None,
        verify: bool = True,
        checkpoint: Checkpoint | str | os.PathLike[str] | None = None,
        signers: str | os.PathLike[str] | None = None,
        tsa_cert: str | os.PathLike[str] | None = None,
        record: bool = False,
        key_file: str | os.PathLike[str] | None = None,
        coarse: bool = False,
        engine: str = "sqlite",
        data: str | os.PathLike[str] | None = None,
        trust_rules: bool = False,
        now: Moment | None = None,
    ) -> AuditResult:
        """Judge the ledger by the rules, each file under the setting in force at its millisecond.

        since, until: the period, half-open, also as `30d` or `last-quarter`. rules: ids, or files of own rules; all
        without. compare: `previous`, or two bounds such as `2026-01-01..2026-04-01`: another period, judged likewise
        (`before` of the result). baseline: a file of findings that are known, which count as suppressed. verify:
        compute every stored value again first, and compare it with a checkpoint, so that `integrity` says what the
        findings stand on. signers, tsa_cert: what must vouch for the checkpoint, as in `desk.ledger.verify`. record:
        put on record that the audit ran, with its period, head, counts and integrity.
        key_file: show customers and agents as hashes with this key. coarse: hashes, sizes and times of files too.
        engine, data: `duckdb` or `spark` over an export, which cannot be verified. trust_rules: run own rules in Spark,
        unguarded. now: the clock of the rules.

        The result has `counts` by severity, `findings` (an iterator again and again; suppressed ones are marked), the
        `head` of the ledger and its `integrity`.

        Raises UsageError for a period that is empty, NotFound for an unknown inbox or rule, StoreInvalid for a store
        that sets what no rule has, Incomplete and MalformedInput for a baseline or a rule that cannot be read, Refused
        for a record of a store that may only be read.

            >>> closed = desk.set("vip", {"receive": False}, now="2022-01-01T00:00:00Z", backdate="told late")
            >>> result = desk.audit(rules=["received-while-off"])
            >>> [(found.rule, found.entry) for found in result.findings]
            [('received-while-off', 'm1'), ('received-while-off', 'm2')]
            >>> result.counts["error"], result.integrity.intact
            (2, True)
        """
        from occ_media_cli.api.ledger_proof import load_mark, prove_mark
        from occ_media_cli.audit import ask, audit_runs
        from occ_media_cli.audit.baseline import load_baseline
        from occ_media_cli.retention.ledger_check import verify_whole

        clock = self._door.now(now)
        scope = ask.scope_of(clock, *self._door.window(since, until, clock), inboxes)
        other = None if compare is None else ask.other_scope(scope, compare)
        known = load_baseline(os.fspath(baseline)) if baseline is not None else None
        if record:
            self._door.refuse_if_read_only()
            if data is not None:
                raise UsageError("an audit of the store is recorded, and data makes none", hint="leave data out")
        mark = load_mark(checkpoint)
        proof = prove_mark(mark, signers, tsa_cert)
        veil = _veil(self._door.location, key_file, coarse=coarse)
        if proof is not None and veil is not None:
            proof = proof.hidden(partial(veil.value, "actor"))
        place = os.fspath(data) if data is not None else None
        path = Path(place) if place is not None else self._door.location.path
        with ask.open_engine(self._door.location, clock, engine, place, trust=trust_rules) as source:
            integrity = ask.verify_source(source, verify_whole, mark, proof) if verify else Integrity.unverified()
            judged, before = (
                None if period is None else ask.judge_source(
                    source, path, period, tuple(rules), known=known, veil=veil, integrity=integrity
                )
                for period in (scope, other)
            )  # fmt: skip
        assert judged is not None  # noqa: S101  # its period is there
        judged.before = before
        if record:
            from occ_media_cli.audit.pages.audit_document import summary

            with self._door.changing() as store:
                audit_runs.record(store.ledger, audit_runs.describe(judged, summary(judged)), self._door.stamp(now))
        return AuditResult.of_audit(judged)

    def verify_bundle(
        self, file: str | os.PathLike[str], *, signers: str | os.PathLike[str] | None = None
    ) -> CheckedBundle:
        """Check an evidence bundle; no store is needed.

        signers: a file of allowed signers, as ssh-keygen takes it; a bundle that none of them signed is not intact.

        Raises NotFound for a file that is not there, MalformedInput for one that is no bundle or names no signer.

            >>> from occ_media_cli.errors import NotFound
            >>> try:
            ...     desk.verify_bundle("none.zip")
            ... except NotFound as problem:
            ...     print(problem.code)
            11
        """
        from occ_media_cli.audit.bundle import bundle

        return CheckedBundle.of_checked(
            bundle.verify_bundle(Path(file), Path(signers) if signers is not None else None)
        )

    def report(
        self,
        name: str,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        inboxes: Sequence[str] = (),
        key_file: str | os.PathLike[str] | None = None,
        coarse: bool = False,
        engine: str = "sqlite",
        data: str | os.PathLike[str] | None = None,
        now: Moment | None = None,
    ) -> ReportResult:
        """Answer one question from the ledger, as rows and totals.

        name: `shared`, `attempts`, `senders`, `storage`, `settings`, `coverage`, `retention`, `coaching`, `library` or
        `controls`.
        The other arguments are those of `audit`.

        Raises UsageError for another name and an empty period, NotFound for an unknown inbox or a missing store.

            >>> report = desk.report("shared", since="2022-01-01", until="2023-01-01")
            >>> report.question, [row["direction"] for row in report.rows]
            ('Who shared what, and when?', ['receive'])
        """
        from occ_media_cli.audit import ask

        clock = self._door.now(now)
        scope = ask.scope_of(clock, *self._door.window(since, until, clock), inboxes)
        veil = _veil(self._door.location, key_file, coarse=coarse)
        place = os.fspath(data) if data is not None else None
        path = Path(place) if place is not None else self._door.location.path
        with ask.open_engine(self._door.location, clock, engine, place) as source:
            answer = ask.answer_report(source, name, path, scope, veil)
            return ReportResult.of_answer(name, answer, scope, source.head())


class Rules(Calls):
    """`desk.rules`: what an audit looks for."""

    def explain(self, rule: str) -> AuditRule:
        """What a rule looks at, why, and how to fix what it finds. rule: an id, or a file of your own.

        Raises NotFound, with the nearest name, for an unknown rule, MalformedInput for a file that is no rule.

            >>> desk.rules.explain("received-while-off").severity.value
            'error'
        """
        from occ_media_cli.audit.ask import rules_of_store

        with self._door.reading() as store:
            (found,) = rules_of_store(store, self._door.now(), rule)
            return found

    def list(self) -> tuple[AuditRule, ...]:
        """Every rule with what the store sets for it, by id.

        Raises StoreInvalid, with file and line, for a store that sets what no rule has.

            >>> "received-while-off" in [rule.id for rule in desk.rules.list()]
            True
        """
        from occ_media_cli.audit.ask import rules_of_store

        with self._door.reading() as store:
            return tuple(sorted(rules_of_store(store, self._door.now()), key=lambda rule: rule.id))


def _veil(location: Location, key_file: str | os.PathLike[str] | None, *, coarse: bool) -> Veil | None:
    from occ_media_cli.audit.pseudonyms import veil

    return veil.from_file(os.fspath(key_file), coarse=coarse, location=location) if key_file is not None else None
