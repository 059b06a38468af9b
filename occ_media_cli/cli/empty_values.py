"""An option that is given, and given nothing: `--name ''`, as scripts type it whose variable is not set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.cli.named_files import NamedFile
from occ_media_cli.cli.placeholders import is_text, texts_of
from occ_media_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


def refuse_empty(parameters: list[Any], values: Mapping[str, Any]) -> None:
    """UsageError for an option with an empty value: it names nothing, and to leave the option out means something else.

    A text of a person's own may be empty as far as this goes; arguments and files are told by what takes them.
    parameters, values: as `placeholders.refuse_placeholders` has them.
    """
    for item in parameters:
        told_elsewhere = not item.opts[0].startswith("-") or is_text(item) or isinstance(item.type, NamedFile)
        if not told_elsewhere and "" in texts_of(values.get(str(item.name))):
            raise UsageError(f"{item.opts[0]} '' is empty; nothing was done", hint="write a value, or leave it out")
