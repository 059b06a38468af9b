"""Ready-made settings for what contact centres do most, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from occ_media_cli.errors import Refused
from occ_media_cli.report.unknown_name import unknown_name
from occ_media_cli.settings.model import InboxChange
from occ_media_cli.values import value
from occ_media_cli.vocabulary import DIRECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from occ_media_cli.settings.compare import SettingsDifference
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.settings.model import Config
    from occ_media_cli.settings.write import ChangeOutcome


@value
class Preset:
    """Settings under a name. A switch that is None stays as it is in the inbox."""

    name: str
    title: str
    reason: str
    send: bool | None = None
    receive: bool | None = None

    @property
    def change(self) -> InboxChange:
        """The fields that it sets."""
        switches = {way: getattr(self, way) for way in DIRECTIONS}
        return cast("InboxChange", {field: wanted for field, wanted in switches.items() if wanted is not None})


PRESETS = (
    Preset("standard-support", "Standard support", "most questions are solved faster with a picture", True, True),
    Preset("e-commerce", "E-commerce", "customers show what arrived damaged, agents send labels", True, True),
    Preset("technical-support", "Technical support", "screenshots, logs and guides go both ways", True, True),
    Preset(
        "financial-services", "Financial services",
        "customers must not send card numbers, statements or papers of identity in a chat", receive=False,
    ),
    Preset("high-security", "High security", "a file from outside can carry malware; none is taken in", receive=False),
    Preset("text-only", "Text only", "agents work in writing and cannot look at media", receive=False),
    Preset("compliance", "Compliance", "no document leaves except through a channel that is archived", send=False),
    Preset("branding-control", "Branding control", "only approved material may carry the brand", send=False),
    Preset("minimise-errors", "Minimise errors", "a file that was sent to the wrong customer cannot be called back",
           send=False),
)  # fmt: skip
"""In the order of `preset list`: both on, then receiving off, then sending off."""


def find_preset(name: str) -> Preset:
    """A preset by name; NotFound with the nearest one."""
    found = next((preset for preset in PRESETS if preset.name == name), None)
    if found is None:
        known = [item.name for item in PRESETS]
        hint = f"the presets are {', '.join(known)}"
        raise unknown_name(f"no preset '{name}'", name, known, ours=True, hint=hint, topic=("presets",))
    return found


def differences(
    preset: Preset, inboxes: Iterable[str], config: Config, now: int, *, file: str
) -> list[SettingsDifference]:
    """What a preset would change in some inboxes of a configuration; NotFound for one that is not there."""
    from occ_media_cli.settings import compare, inbox_names
    from occ_media_cli.settings.model import Config, InboxPlan, TimeBox

    wanted = Config(dict(config.inboxes))
    wanted.sections = config.sections
    for inbox in inboxes:
        if inbox not in config.inboxes:
            raise inbox_names.no_inbox(inbox, config.inboxes, file)
        plan = config.inboxes[inbox]
        boxes = tuple(TimeBox(box.until, box.settings.changed(preset.change)) for box in plan.boxes)
        wanted.inboxes[inbox] = InboxPlan(plan.base.changed(preset.change), boxes)
    return compare.configs(config, wanted, now)


def apply_preset(
    editor: Editor,
    preset: Preset,
    inboxes: Iterable[str],
    *,
    shown: list[SettingsDifference] | None = None,
    reason: str | None = None,
    backdate: str | None = None,
) -> list[ChangeOutcome]:
    """Give inboxes what a preset sets, each with an outcome; the preset's own reason goes on record without another.

    shown: the difference that a person agreed to; Refused where it is another by now, and nothing is changed.
    """
    chosen = list(inboxes)
    if shown is not None:
        where = str(editor.store.location.path)
        if differences(preset, chosen, editor.config_at(editor.stamp.now), editor.stamp.now, file=where) != shown:
            raise Refused("the store changed after the difference was shown; nothing was changed", hint="look again")
    why = reason if reason is not None else backdate
    why = why if why is not None else f"preset {preset.name}: {preset.reason}"
    return [
        editor.change(inbox, preset.change, reason=why, backdate=backdate, confirms=reason is not None)
        for inbox in chosen
    ]
