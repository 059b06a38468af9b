"""Fields in the XML of Word, of a package as of one flat file."""

from __future__ import annotations

from occ_media_cli.safety.active.dde import Fields
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.xml_words import elements, text_at

_BYTES_A_STEP = 64
TRIGGERS = (b"instrText", b"fldSimple", b"delInstrText")


def judge_fields(look: Inspection, content: bytes, where: str) -> None:
    """Every field of a part, in the order of the text."""
    fields, close = Fields(look, where), 0
    for name, attributes, begin in elements(content, "fldChar", "fldSimple", "instrText", "delInstrText"):
        if not look.step(where, 5):
            break
        if name == "fldSimple":
            fields.judge(attributes.get("instr", ""))
        elif name != "fldChar":
            if close < begin:
                close = content.find(b"</", begin)
                close = len(content) if close < 0 else close
            if not look.step(where, (close - begin) // _BYTES_A_STEP):
                break
            fields.says(text_at(content, begin, close))
        else:
            {"begin": fields.begin, "separate": fields.separate, "end": fields.end}.get(
                attributes.get("fldCharType", ""), _nothing
            )()
    fields.close()


def _nothing() -> None:
    """A mark that nobody knows."""
