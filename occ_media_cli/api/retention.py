"""Retention from Python: rules, plans that a second person approves, purges, and what proves them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, overload

from occ_media_cli import times
from occ_media_cli.api.purges import PurgeCalls
from occ_media_cli.api.retention_results import MadePlan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from occ_media_cli.retention.explain import ExplainedEntry
    from occ_media_cli.retention.explain_orphan import ExplainedOrphan
    from occ_media_cli.retention.plan.approval import Approval
    from occ_media_cli.retention.plan.saved import File
    from occ_media_cli.retention.rule_changes import RuleChange, StoredRules
    from occ_media_cli.times import Span


class Retention(PurgeCalls):
    """`desk.retention`: when files may go, and letting them go."""

    @overload
    def set(
        self,
        inbox: str = "default",
        *,
        remove_after: Span | None = None,
        keep_for: Span | None = None,
        category: str | None = None,
        direction: str | None = None,
        reason: str | None = None,
        backdate: str | None = None,
    ) -> RuleChange: ...

    @overload
    def set(
        self,
        inbox: str = "default",
        *,
        remove_after: Span | None = None,
        keep_for: Span | None = None,
        category: str | Sequence[str] | None = None,
        direction: str | Sequence[str] | None = None,
        reason: str | None = None,
        backdate: str | None = None,
    ) -> RuleChange | tuple[RuleChange, ...]: ...

    def set(
        self,
        inbox: str = "default",
        *,
        remove_after: Span | None = None,
        keep_for: Span | None = None,
        category: str | Sequence[str] | None = None,
        direction: str | Sequence[str] | None = None,
        reason: str | None = None,
        backdate: str | None = None,
    ) -> RuleChange | tuple[RuleChange, ...]:
        """Say when files may go (remove_after), how long they stay at least (keep_for), or both.

        inbox: `default` for every inbox. category, direction: only these files; of a list, a rule for each, all in one
        change, and a change of each comes back. What is not given stays as it is.

        Raises UsageError for a length or a word that is none, NotFound for an unknown inbox, Refused for a change of
        the past without its reason.

            >>> desk.retention.set("vip", remove_after="90d", category="image").after["remove_after"]
            '90d'
        """
        from occ_media_cli.ledger.query import listed
        from occ_media_cli.retention.rule_changes import check_rule, scopes_of, set_rule

        after = None if remove_after is None else times.span_text(remove_after, "remove_after")
        least = None if keep_for is None else times.span_text(keep_for, "keep_for")
        scopes = scopes_of(inbox, listed(category), listed(direction))
        for scope in scopes:
            check_rule(scope, after, least)
        with self._door.editing() as editor:
            done = [set_rule(editor, scope, after, least, reason=reason, backdate=backdate) for scope in scopes]
        return _as_asked(done, category, direction)

    @overload
    def unset(
        self,
        inbox: str = "default",
        *,
        half: str | None = None,
        category: str | None = None,
        direction: str | None = None,
        reason: str | None = None,
        backdate: str | None = None,
    ) -> RuleChange: ...

    @overload
    def unset(
        self,
        inbox: str = "default",
        *,
        half: str | None = None,
        category: str | Sequence[str] | None = None,
        direction: str | Sequence[str] | None = None,
        reason: str | None = None,
        backdate: str | None = None,
    ) -> RuleChange | tuple[RuleChange, ...]: ...

    def unset(
        self,
        inbox: str = "default",
        *,
        half: str | None = None,
        category: str | Sequence[str] | None = None,
        direction: str | Sequence[str] | None = None,
        reason: str | None = None,
        backdate: str | None = None,
    ) -> RuleChange | tuple[RuleChange, ...]:
        """Take a rule away, or one half of it: `remove_after` or `keep_for`. category, direction: as for `set`.

        Raises UsageError where there is no such rule or half, Refused for a change of the past without its reason.

            >>> desk.retention.unset("default", half="keep_for").after["remove_after"]
            '365d'
        """
        from occ_media_cli.ledger.query import listed
        from occ_media_cli.report.meant import refuse_other_words
        from occ_media_cli.retention.rule_changes import scopes_of, unset_rule

        if half is not None:
            refuse_other_words(half, "half", ("remove_after", "keep_for"))
        with self._door.editing() as editor:
            done = [
                unset_rule(
                    editor, scope, remove_after=half == "remove_after", keep_for=half == "keep_for", reason=reason,
                    backdate=backdate,
                )
                for scope in scopes_of(inbox, listed(category), listed(direction))
            ]  # fmt: skip
        return _as_asked(done, category, direction)

    def show(self) -> StoredRules:
        """The rules in force, and the number of their version.

        Raises NotFound for a missing store.

            >>> [rule["keep_for"] for rule in desk.retention.show().rules]
            ['90d']
        """
        from occ_media_cli.retention.rule_changes import read_rules

        with self._door.reading() as store:
            return read_rules(store, self._door.now())

    def explain(self, name: str) -> tuple[ExplainedEntry | ExplainedOrphan, ...]:
        """Why a file stays or may go, and from when on it may.

        name: an entry's id, SOURCE:ID, #SEQ, a path under the root, or a file on this machine. An entry has its
        `decision` with every reason; a file that only a plan names has `kept`.

        Raises NotFound for what nobody knows.

            >>> desk.retention.explain("m1")[0].decision.action
            'remove'
        """
        from occ_media_cli.retention.explain_name import explain_name

        with self._door.reading() as store:
            entries, orphans = explain_name(store, name, self._door.now())
        return (*entries, *orphans)

    def plan(
        self,
        root: str | os.PathLike[str],
        *,
        inbox: str | Sequence[str] | None = None,
        customer: str | Sequence[str] | None = None,
        orphans: bool = False,
        older_than: Span | None = None,
    ) -> MadePlan:
        """Work out which files may go, and save it so that somebody can approve exactly that. Nothing is removed.

        root: the folder or bucket that holds the files. inbox: only the files of this one, or of several. customer:
        everything of this person or of several, due or not. orphans: files that no entry names instead, written longer
        ago than older_than (30 days).

        Raises UsageError for what contradicts itself and for a root that is none, NotFound for a missing store or an
        unknown inbox.

            >>> plan = desk.retention.plan("media")
            >>> plan.remove, plan.keep
            (1, 1)
        """
        from occ_media_cli.ledger.query import listed
        from occ_media_cli.retention.plan import request_plan

        age = None if older_than is None else times.span_text(older_than, "older_than")
        inboxes, customers = tuple(listed(inbox)), tuple(listed(customer))
        asked = request_plan.PlanRequest(os.fspath(root), inboxes, customers, orphans, age)
        asked.refuse_contradictions()
        stamp = self._door.stamp()
        with self._door.recording() as store:
            danger = request_plan.describe_danger(store, asked.root)
            if orphans:
                with request_plan.plan_orphans(store, asked, stamp) as drafted:
                    return MadePlan.of_plan(drafted.plan, None, danger)
            made = request_plan.plan_entries(store, asked, stamp)
            written = [said for each in customers if (said := request_plan.other_spellings(store, each)) is not None]
            return MadePlan.of_plan(made.plan, "; ".join(written) or None, danger)

    def plan_files(self, plan: str) -> Iterator[File]:
        """The files that a plan of entries names, each with its size, whether it would go (`remove`), and every reason.

        What is not due yet is counted in the plan, and not named.

        Raises NotFound for an unknown plan.

            >>> plan = desk.retention.plan("media")
            >>> [(file.path, file.remove) for file in desk.retention.plan_files(plan.plan)]
            [('2022/old.pdf', True)]
        """
        from occ_media_cli.retention.plan import saved

        with self._door.reading() as store:
            yield from saved.files(store.ledger, saved.find_plan(store.ledger, plan))

    def approve(
        self, plan: str, *, sign: str | os.PathLike[str] | None = None, backdate: str | None = None
    ) -> Approval:
        """Approve a plan, so that it can be purged; not by the one who planned it. sign: an SSH key to sign with.

        backdate: why it is approved at a moment before it was made.

        Raises NotFound for an unknown plan, Refused for the same person twice and for a moment in the past without its
        reason, StoreInvalid for a plan that was altered, or a hold, rule or approval that is not what its event says,
        PartMissing without ssh-keygen.

            >>> plan = desk.retention.plan("media")
            >>> OccMedia("desk.db", actor="sam").retention.approve(plan.plan).actor
            'sam'
        """
        from pathlib import Path

        from occ_media_cli.retention.plan.approval import approve

        key = Path(sign) if sign is not None else None
        with self._door.recording() as store:
            return approve(store.ledger, plan, self._door.stamp(), key, backdate=backdate)[1]


def _as_asked(
    done: Sequence[RuleChange], category: str | Sequence[str] | None, direction: str | Sequence[str] | None
) -> RuleChange | tuple[RuleChange, ...]:
    """The change of one rule, or those of several where a list was given."""
    one = all(isinstance(given, str | None) for given in (category, direction))
    return done[0] if one else tuple(done)
