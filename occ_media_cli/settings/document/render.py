"""A document that follows its configuration, read back before anybody writes it."""

from __future__ import annotations

from collections.abc import Sequence

from occ_media_cli.errors import StoreInvalid
from occ_media_cli.settings.document import patch
from occ_media_cli.settings.model import Config, InboxPlan


def render(text: str, old: Config, new: Config, *, now: int, file: str, renamed: Sequence[tuple[str, str]] = ()) -> str:
    """The text of a document that said `old`, edited to say `new`; everything untouched stays byte for byte.

    What comes out is read back and compared before anybody writes it, unless only switches were turned: StoreInvalid
    where it does not say `new`.
    """
    edited = patch.document(text, old, new, renamed)
    result = edited.result()
    if edited.switches_only or says(result, new, now):
        return result
    raise StoreInvalid(
        "the document has a form that cannot be edited for this change; nothing was changed",
        file=file,
        hint="give each table a header of its own, such as [inboxes.vip]",
        topic=("document-form",),
    )


def says(text: str, wanted: Config, now: int) -> bool:
    """Whether a text is a document that says a configuration from a moment on."""
    import tomllib

    from occ_media_cli.settings.document import document_schema
    from occ_media_cli.settings.field_checks import FieldProblem

    try:
        found = document_schema.config(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, FieldProblem):
        return False
    return _ahead(found, now) == _ahead(wanted, now) and found.sections == wanted.sections


def _ahead(config: Config, now: int) -> dict[str, InboxPlan]:
    return {name: plan.ahead(now) for name, plan in config.inboxes.items()}
