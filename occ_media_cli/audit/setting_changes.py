"""Reading what each change of the settings stated, from the views of an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.settings.stated import stated_setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from occ_media_cli.audit.engines.interface import RuleSource
    from occ_media_cli.settings.since import StatedSetting

_STATED = """
SELECT inbox_id, setting, switched, valid_from_ms, valid_to_ms, order_ms, event, version, version_after, actor, reason,
  set_ms, wall_ms
FROM setting_change"""


def read_stated(source: RuleSource) -> Iterator[tuple[int, StatedSetting]]:
    """Each statement, with the number of its inbox."""
    return ((row[0], stated_setting(row[1:])) for row in source.query(_STATED, {}))
