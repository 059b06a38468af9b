"""What an item says of earlier entries."""

from __future__ import annotations

from typing import Any

from occ_media_cli.ledger.entry import Correction, EntryRow, Item, Later, Unfit
from occ_media_cli.ledger.sources.nested.fields import converter
from occ_media_cli.ledger.sources.nested.filters import word_of_value
from occ_media_cli.ledger.sources.nested.nested_map import CorrectionRule, NestedMap
from occ_media_cli.ledger.sources.nested.path import Get, Nodes, Path
from occ_media_cli.ledger.sources.nested.routes import Route, Test
from occ_media_cli.ledger.sources.nested.spec import Spec


class Correcting:
    """A rule of [[corrects]], made ready."""

    def __init__(self, rule: CorrectionRule, route: Route, mapping: NestedMap) -> None:
        when = route.compile_conditions(rule.when, from_file=False)
        self.when: Test = when if when is not None else lambda nodes: True
        self.of_own_entries = rule.corrects is None
        self._channels = mapping.channels()
        self._targets: Get = lambda nodes: []
        if rule.corrects is not None:
            first = rule.corrects.alternatives[0]
            if len(rule.corrects.alternatives) == 1 and isinstance(first, Path):
                self._targets = route.compile_values(first, from_file=False)
            else:
                target = route.compile_spec(rule.corrects, from_file=False)
                self._targets = lambda nodes: [target(nodes)]
        self._suffix = rule.suffix

        def compiled(spec: Spec | None) -> Get | None:
            return route.compile_spec(spec, from_file=False) if spec is not None else None

        self._id, self._reason, self._outcome = compiled(rule.id), compiled(rule.reason), compiled(rule.outcome)
        self._time = compiled(rule.time or mapping.fields.get("time"))
        self._to_time = converter("time", mapping)
        self._to_text = converter("reason", mapping)

    def make_corrections(self, nodes: Nodes) -> list[Item]:
        """The corrections, which count where their entry is known."""
        words = [word for value in self._targets(nodes) if (word := word_of_value(value))]
        if not words:
            raise Unfit("no id", "nothing says which entry is corrected")
        stated = self._time(nodes) if self._time is not None else None
        if stated is None or stated == "":
            raise Unfit("no time", "time is missing")
        time = self._to_time(stated)
        own = word_of_value(self._id(nodes)) if self._id is not None else None
        if self._id is not None and not own:
            raise Unfit("no id", "the id of a correction is missing")
        reason, outcome = self._said(nodes)
        found: list[Item] = []
        for number, target in enumerate(words, start=1):
            identity = f"{target}:{self._suffix}" if own is None else own if len(words) == 1 else f"{own}#{number}"
            found.append(
                Later(
                    Correction(
                        id=identity,
                        time=time,
                        corrects=target,
                        outcome=outcome,
                        reason=reason,
                    ),
                    channels=self._channels,
                )
            )
        return found

    def correct_own(self, nodes: Nodes, entries: list[Item]) -> list[Item]:
        """The entries of the item itself, each as a correction where it is known with what was said before."""
        reason, outcome = self._said(nodes)
        stated = self._time(nodes) if self._time is not None else None
        found: list[Item] = []
        for entry in entries:
            if not isinstance(entry, EntryRow):
                found.append(entry)
                continue
            time = entry.time if stated is None or stated == "" else self._to_time(stated)
            fix = Correction(f"{entry.id}:{self._suffix}", time, entry.id, outcome=outcome, reason=reason)
            found.append(Later(fix, entry, channels=self._channels, whole=True))
        return found

    def _said(self, nodes: Nodes) -> tuple[str | None, Any]:
        reason = self._reason(nodes) if self._reason is not None else None
        outcome = self._outcome(nodes) if self._outcome is not None else None
        return (self._to_text(reason) if reason is not None and reason != "" else None), outcome
