"""The values of a mapping of nested bodies, as its file was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from occ_media_cli.ledger.sources.nested.conditions import Conditions
from occ_media_cli.ledger.sources.nested.path import Path
from occ_media_cli.ledger.sources.nested.spec import Spec


@dataclass(frozen=True, slots=True)
class FromWords:
    """A field by the word that stands at a path. otherwise: where it is none of the words; None for the word itself."""

    source: Spec
    words: Mapping[str, str]
    otherwise: str | None


@dataclass(frozen=True, slots=True)
class IfThen:
    """A field by whether something is so."""

    conditions: Conditions
    then: Spec
    otherwise: Spec | None


@dataclass(frozen=True, slots=True)
class CorrectionRule:
    """When an item speaks of an earlier entry, of which, and what it says. suffix: ends the id of the correction.
    corrects: None for the entries that the item gives itself, which are recorded where they are not known."""

    when: Conditions
    corrects: Spec | None
    id: Spec | None
    suffix: str
    time: Spec | None
    reason: Spec | None
    outcome: Spec | None


@dataclass(frozen=True, slots=True)
class NestedMap:
    """A mapping that was read. file: its name, for errors."""

    file: str
    each: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()
    repeat: Path | None = None
    first: int = 0
    form: bool = False
    kind: Spec | None = None
    when: Conditions = ()
    when_file: Conditions = ()
    when_itself: Conditions | None = None
    fields: Mapping[str, Spec] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    values: Mapping[str, tuple[FromWords | IfThen, ...]] = field(default_factory=dict)
    time_unit: str | None = None
    zone: Any = None
    time_format: str | None = None
    size_unit: str = "bytes"
    corrects: tuple[CorrectionRule, ...] = ()
    skip: Conditions | None = None
    unless: Conditions = ()

    def channels(self) -> frozenset[str] | None:
        """The channels of all entries that it may give; None where a path says them, or nothing does."""
        if "channel" in self.fields:
            return None
        found = [self.fixed["channel"]] if "channel" in self.fixed else []
        for value in self.values.get("channel", ()):
            if isinstance(value, FromWords):
                found += [*value.words.values(), *([value.otherwise] if value.otherwise is not None else [])]
                if not value.words:
                    return None
                continue
            for spec in (value.then, value.otherwise):
                for each in spec.alternatives if spec is not None else ():
                    if not isinstance(each, Path) or each.start != "constant":
                        return None
                    found.append(each.word)
        return frozenset(found) or None
