"""What an item says of earlier entries."""

from __future__ import annotations

from occ_media_cli.ledger.entry import Correction, Item, Later, Unfit
from occ_media_cli.ledger.sources.nested.document import CorrectionRule, NestedMap
from occ_media_cli.ledger.sources.nested.fields import converter
from occ_media_cli.ledger.sources.nested.filters import word_of_value
from occ_media_cli.ledger.sources.nested.path import Get, Nodes, Path
from occ_media_cli.ledger.sources.nested.routes import Route, Test
from occ_media_cli.ledger.sources.nested.spec import Spec


class Correcting:
    """A rule of [[corrects]], made ready."""

    def __init__(self, rule: CorrectionRule, route: Route, mapping: NestedMap) -> None:
        when = route.compile_conditions(rule.when, from_file=False)
        self.when: Test = when if when is not None else lambda nodes: True
        first = rule.corrects.alternatives[0]
        self._targets: Get | None = None
        if len(rule.corrects.alternatives) == 1 and isinstance(first, Path):
            self._targets = route.compile_values(first, from_file=False)
        self._target = route.compile_spec(rule.corrects, from_file=False)
        self._suffix = rule.suffix

        def compiled(spec: Spec | None) -> Get | None:
            return route.compile_spec(spec, from_file=False) if spec is not None else None

        self._id, self._reason, self._outcome = compiled(rule.id), compiled(rule.reason), compiled(rule.outcome)
        self._time = compiled(rule.time or mapping.fields.get("time"))
        self._to_time = converter("time", mapping)
        self._to_text = converter("reason", mapping)

    def make_corrections(self, nodes: Nodes) -> list[Item]:
        """The corrections, which count where their entry is known."""
        targets = self._targets(nodes) if self._targets is not None else [self._target(nodes)]
        words = [word for value in targets if (word := word_of_value(value))]
        if not words:
            raise Unfit("no id", "nothing says which entry is corrected")
        stated = self._time(nodes) if self._time is not None else None
        if stated is None or stated == "":
            raise Unfit("no time", "time is missing")
        time = self._to_time(stated)
        own = word_of_value(self._id(nodes)) if self._id is not None else None
        if self._id is not None and not own:
            raise Unfit("no id", "the id of a correction is missing")
        reason = self._reason(nodes) if self._reason is not None else None
        outcome = self._outcome(nodes) if self._outcome is not None else None
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
                        reason=self._to_text(reason) if reason is not None else None,
                    ),
                    family=True,
                )
            )
        return found
