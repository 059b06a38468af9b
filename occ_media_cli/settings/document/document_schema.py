"""What a settings document may say: its top keys, each checked where its form is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from occ_media_cli.settings import inbox_fields, sections
from occ_media_cli.settings.field_checks import take
from occ_media_cli.settings.model import LIST_SECTIONS, Config

ProfileCheck = Callable[[Mapping[str, Any]], Sequence[str]]
"""Takes the own channel profiles of a document and returns the names of all; Problem where one has a mistake."""


RuleCheck = Callable[[Mapping[str, Any]], None]
"""Takes the section of rules; Problem where an audit with them would not begin."""


def config(
    document: Mapping[str, Any],
    known: Iterable[str] = (),
    profiles: ProfileCheck | None = None,
    rules: RuleCheck | None = None,
) -> Config:
    """The configuration that a parsed document stands for; Problem where it breaks the format.

    known: inboxes beside those of the document, which its sections may name. profiles: the check of channels, which
    another room knows; None takes every channel as it is. rules: the same for the rules of the audit.
    """
    top = {
        "inboxes": lambda value, path, _: inbox_fields.plans(value, path),
        **{key: (lambda value, _path, _where: value) for key in sections.TOP_KEYS},
    }
    found = take(document, (), "", top)
    result = Config(inboxes=found.get("inboxes", {}))
    alone = isinstance(known, Mapping) and not result.inboxes  # as for each of many things, one by one
    names_there: Mapping[str, object] = known if alone else dict.fromkeys([*result.inboxes, *known])  # type: ignore[assignment]
    for key, (section, check) in sections.TOP_KEYS.items():
        if key in found:
            result.sections[section] = check(found[key], (key,), names_there)
            # A list of retention rules stands one level deeper, in a table that may be there without it.
            written = found[key] if section != "retention" else found[key].get("rule")
            if section in LIST_SECTIONS and written == []:
                result.emptied |= {section}
    if profiles is not None:
        _channels_known(document, result, profiles)
    if rules is not None:
        rules(result.sections["rules"])  # type: ignore[arg-type]  # a table of tables
    return result


def _channels_known(document: Mapping[str, Any], result: Config, profiles: ProfileCheck) -> None:
    own: Mapping[str, Any] = result.sections["channels"]  # type: ignore[assignment]  # a table of tables
    there = profiles(own)
    for key, plan in zip(document.get("inboxes", {}), result.inboxes.values(), strict=True):
        for settings in (plan.base, *(box.settings for box in plan.boxes)):
            inbox_fields.known_channels(
                settings.channels, there, ("inboxes", key, "channels"), inbox_fields.inbox_words(key)
            )
