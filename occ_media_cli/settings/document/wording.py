"""A configuration as the tables of a document: what is written, in which order, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from occ_media_cli import times
from occ_media_cli.settings.model import FIELDS, LIST_SECTIONS, InboxPlan, InboxSettings
from occ_media_cli.vocabulary import DIRECTIONS

_DEFAULT = InboxSettings()
_ALWAYS = DIRECTIONS
"""Keys that are written even where they are the default: they are what people look for."""

SHAPES = {"retention": ("retention", "rule"), "agents": ("agents",), "rules": ("rules",),
          "suppressions": ("suppression",), "channels": ("channels",), "store": ("store",)}  # fmt: skip
"""The key of each section in a document."""

_ORDER = ("role", "rule", "inbox", "category", "direction", "entry", "remove_after", "keep_for")
"""Keys that come first, in this order; the store keeps keys sorted."""


def inbox(settings: InboxSettings) -> dict[str, object]:
    """The keys of an inbox that stand in a document."""
    found: dict[str, object] = {}
    for name in FIELDS:
        item = getattr(settings, name)
        if item != getattr(_DEFAULT, name) or name in _ALWAYS:
            found[name] = plain(item)
    return found


def boxes(plan: InboxPlan) -> list[dict[str, object]]:
    """The boxes of an inbox: `until` and what differs from its base. A message that is taken away is empty text."""
    return [
        {
            "until": times.text(box.until),
            **{name: "" if item is None else plain(item) for name, item in plan.base.difference(box.settings).items()},
        }
        for box in plan.boxes
    ]


def plain(item: object) -> object:
    """Tuples as lists, mappings as plain ones."""
    return list(item) if isinstance(item, tuple) else dict(item) if isinstance(item, Mapping) else item


def row(content: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a section: in a readable order, without what was derived from it."""
    names = [name for name in _ORDER if name in content] + [name for name in content if name not in _ORDER]
    return {name: content[name] for name in names if not name.endswith("_ms")}


def section(name: str, content: Any) -> Any:
    """A stored section as it stands in a document."""
    if name in LIST_SECTIONS:
        return [row(item) for item in content]
    return {word: row(item) for word, item in content.items()} if name == "agents" else content
