"""Fields in the XML of Word, of a package as of one flat file."""

from __future__ import annotations

from occ_media_cli.safety.active.dde import Fields
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.xml_words import elements, text_at

TRIGGERS = (b"instrText", b"fldSimple", b"delInstrText")


def judge_fields(look: Inspection, content: bytes, where: str) -> None:
    """Every field of a part, in the order of the text."""
    fields = Fields(look, where)
    for name, attributes, begin in elements(content, "fldChar", "fldSimple", "instrText", "delInstrText"):
        if not look.step(where, 5):
            break
        if name == "fldSimple":
            fields.judge(attributes.get("instr", ""))
        elif name != "fldChar":
            fields.says(text_at(content, begin))
        else:
            {"begin": fields.begin, "separate": fields.separate, "end": fields.end}.get(
                attributes.get("fldCharType", ""), _nothing
            )()
    fields.close()


def _nothing() -> None:
    """A mark that nobody knows."""
