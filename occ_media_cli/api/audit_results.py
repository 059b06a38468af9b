"""What audits, reports and bundles came to, as frozen values. Times are milliseconds since 1970 in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.values import value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from occ_media_cli.audit.audit_scope import AuditScope
    from occ_media_cli.audit.bundle.bundle import Checked
    from occ_media_cli.audit.engine import Audit
    from occ_media_cli.audit.engines.interface import Head
    from occ_media_cli.audit.finding import AuditFinding
    from occ_media_cli.audit.integrity import Integrity
    from occ_media_cli.audit.reports.answer import Answer
    from occ_media_cli.report.blocks import Cell


@value
class AuditResult:
    """A judged ledger.

    since, until, inboxes: what was looked at; None and nothing for the whole. entries: files in scope; unjudged: those
    that no setting was in force for. counts: findings by severity (`error`, `warning`, `note`); suppressed: those that
    a suppression or the baseline covers. by_rule: findings that count, by rule. skipped: rules that were not judged,
    with the reason. judged, not_judged: how much each rule had to judge, and how much it could not for want of
    something; None for an own rule that does not say. incomplete: a rule could not be judged, or the ledger was
    altered. head: where the ledger stood when it was judged. before: the same of the period that it is compared with,
    None without one. unrecorded: settings of the document that were judged by and that nobody has recorded, such as
    `inboxes.vip` or `suppression`.
    """

    since: int | None
    until: int | None
    inboxes: tuple[str, ...]
    entries: int
    unjudged: int
    counts: Mapping[str, int]
    suppressed: int
    by_rule: Mapping[str, int]
    skipped: Mapping[str, str]
    judged: Mapping[str, int | None]
    not_judged: Mapping[str, int | None]
    incomplete: bool
    head: str
    integrity: Integrity
    before: AuditResult | None
    findings: Iterable[AuditFinding]
    """Every finding, by rule; suppressed ones are marked. They are in a file, and can be read again and again."""
    unrecorded: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[AuditFinding]:
        return iter(self.findings)

    @property
    def proved(self) -> bool:
        """Whether exactly the ledger that was judged is the one that was verified, and intact, with its settings."""
        return self.integrity.intact and self.integrity.head == self.head and not self.unrecorded

    @classmethod
    def of_audit(cls, judged: Audit) -> AuditResult:
        """The facts of an audit."""
        from occ_media_cli.vocabulary import Severity

        scope = judged.scope
        return cls(
            scope.since, scope.until, scope.inboxes, judged.people.entries, judged.people.unjudged,
            {severity.value: judged.count(severity) for severity in Severity},
            judged.suppressed,
            {verdict.rule.id: verdict.count for verdict in judged.ranked},
            {verdict.rule.id: verdict.skipped for verdict in judged.verdicts if verdict.skipped is not None},
            {verdict.rule.id: verdict.judged for verdict in judged.verdicts},
            {verdict.rule.id: verdict.not_judged for verdict in judged.verdicts},
            judged.incomplete, judged.head.state, judged.integrity,
            None if judged.before is None else cls.of_audit(judged.before), judged.findings,
            judged.head.unrecorded,
        )  # fmt: skip


@value
class ReportResult:
    """The answer to one question.

    rows: each by column, as programs read it. totals: sums. answer: the last line, in words. since, until, inboxes:
    what was looked at. head: where the ledger stood; entries: files on record. unrecorded: settings of the document
    that it rests on and that nobody has recorded.
    """

    name: str
    title: str
    question: str
    rows: tuple[Mapping[str, Cell], ...]
    totals: Mapping[str, object]
    answer: str
    since: int | None
    until: int | None
    inboxes: tuple[str, ...]
    head: str
    entries: int
    unrecorded: tuple[str, ...] = ()

    @classmethod
    def of_answer(cls, name: str, found: Answer, scope: AuditScope, head: Head) -> ReportResult:
        """The facts of an answer."""
        keys = [column.key for column in found.columns]
        rows = tuple(dict(zip(keys, row, strict=True)) for row in found.rows)
        words = found.answer if found.rows else found.empty
        text = words if isinstance(words, str) else "".join(str(getattr(part, "text", part)) for part in words)
        return cls(
            name, found.title, found.question, rows, found.totals, text,
            scope.since, scope.until, scope.inboxes, head.state, head.entries, head.unrecorded,
        )  # fmt: skip


@value
class CheckedBundle:
    """An evidence bundle.

    problems: file and words, none where it is intact. made, wall: when, as it says, by the time of the command and by
    the machine's clock. digest: over everything in it but the signature. signer: the fingerprint of the key that signed
    it, None where nobody did; signer_name: what the allowed signers call it. judged_again: how many rules were judged
    again by what it encloses, and which were not.
    """

    files: int
    bytes: int
    head: str | None
    entries: int | None
    made: str | None
    wall: str | None
    program: str | None
    digest: str | None
    signer: str | None
    signer_name: str | None
    judged_again: str | None
    problems: tuple[tuple[str, str], ...]

    @property
    def intact(self) -> bool:
        """Whether nothing was altered."""
        return not self.problems

    @classmethod
    def of_checked(cls, found: Checked) -> CheckedBundle:
        """The facts of a check."""
        return cls(
            found.files, found.bytes, found.head, found.entries, found.made, found.wall, found.program, found.digest,
            found.signer, found.name, found.judged_again, tuple(found.problems),
        )  # fmt: skip
