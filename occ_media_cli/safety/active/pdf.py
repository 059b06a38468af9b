"""PDF: every object is walked, and the bytes are searched for actions that a repairing reader dropped."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

from occ_media_cli.errors import PartMissing
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.pdf_actions import Actions
from occ_media_cli.safety.active.pdf_objects import judge_object
from occ_media_cli.safety.active.pdf_raw import raw_actions

if TYPE_CHECKING:
    import pikepdf


def inspect_pdf(look: Inspection, source: FileSource) -> None:
    """What is active in a PDF. Raises `PartMissing` where pikepdf is not installed."""
    try:
        import pikepdf
    except ImportError:
        raise PartMissing("looking inside of PDF needs a part that is not installed",
                          hint="pip install 'occ-media[safety]'") from None  # fmt: skip
    logging.getLogger("pikepdf").disabled = True  # what it has to say goes to `unread`, not to somebody's screen
    actions = Actions(look)
    try:
        with pikepdf.open(io.BytesIO(source.data[:])) as document:
            if document.is_encrypted:
                look.tell("encrypted", "it is encrypted, and opens without a password")
            _walk(look, document, actions)
    except pikepdf.PasswordError:
        look.tell("encrypted", "it needs a password to open")
        look.pass_over("", "it is encrypted")
        return
    except (pikepdf.PdfError, pikepdf.DependencyError, NotImplementedError, RuntimeError) as error:
        look.pass_over("", f"its structure cannot be read ({type(error).__name__})")
    actions.finish()
    for name, where in raw_actions(source):
        if name not in actions.seen:
            actions.unread(name, where)


def _walk(look: Inspection, document: pikepdf.Pdf, actions: Actions) -> None:
    catalog = document.Root.objgen
    for each in document.objects:
        if not look.step(cost=2):
            return
        if getattr(each, "_type_name", "") not in ("dictionary", "array", "stream"):
            continue  # numbers come as Python's own, and say nothing
        number, generation = each.objgen
        try:
            judge_object(look, each, actions, f"object {number}", is_catalog=(number, generation) == catalog)
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
            look.pass_over(f"object {number}", f"it cannot be read ({type(error).__name__})")
