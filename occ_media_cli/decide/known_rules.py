"""The check of rules that settings documents need: settings lie below the audit, and do not know its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def known_rules(folder: Path) -> Callable[[Mapping[str, Any]], None]:
    """What looks at the rules of a document; FieldProblem where an audit with them would not begin.

    folder: that of the store, where the files of own rules are looked for.
    """

    def check(section: Mapping[str, Any]) -> None:
        from occ_media_cli.audit.rule import RuleFault
        from occ_media_cli.audit.rules.chosen import refuse_unknown_settings
        from occ_media_cli.settings.field_checks import FieldProblem

        try:
            refuse_unknown_settings(section, folder)
        except RuleFault as fault:
            if fault.key is None:
                problem = FieldProblem(("rules", fault.rule), fault.what, "name one that is there", topic=("rules",))
            elif fault.key == "file":
                problem = FieldProblem(("rules", fault.rule, "file"), fault.what, "give both the same new id")
            else:
                path = ("rules", fault.rule, fault.key)
                problem = FieldProblem(path, fault.what, "mend it, or take the line out", topic=("rule", fault.rule))
            raise problem from None

    return check
