"""The reports: one question a file."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from pathlib import Path

    from occ_media_cli.audit.audit_scope import AuditScope
    from occ_media_cli.audit.engines.interface import RuleSource
    from occ_media_cli.audit.reports.answer import Answer

TABLES: Mapping[str, str] = {
    "shared": "who shared what, and when",
    "attempts": "who was refused, for what, and what they read",
    "senders": "who sends most",
    "storage": "what takes space, against the quota, and what is there more than once",
    "settings": "which setting was in force when, and who set it",
    "coverage": "what share of files and bytes was really scanned",
    "retention": "what is due, what is held, and what comes due next",
    "coaching": "which agents repeat which mistakes",
    "library": "what is approved, for whom and by whom, and what was sent that is not",
    "controls": "what the rules found, by the controls that they serve, and when checks ran",
}
"""Every report and its question; each is a module of this package."""

OF_RULES = frozenset({"controls"})
"""Reports that judge: their `build` also takes the path from which a store's own rules are found."""


class Build(Protocol):
    """The function `build` of each module."""

    def __call__(self, source: RuleSource, scope: AuditScope, /) -> Answer:
        """Ask the question of a ledger."""


def build(name: str, source: RuleSource, scope: AuditScope, path: Path | None = None) -> Answer:
    """The answer of one report. path: the store or export, from which own rules are found."""
    module = import_module(f"{__name__}.{name}")
    if name in OF_RULES:
        return cast("Answer", module.build(source, scope, path))
    return cast("Build", module.build)(source, scope)
