"""Formulas in the XML of a workbook: in cells, names, rules of formats and of input, and in OpenDocument."""

from __future__ import annotations

import re

from occ_media_cli.safety.active.formulas import judge_formula
from occ_media_cli.safety.active.inspection import Inspection

_FORMULA = re.compile(
    rb"<(?:[\w.-]{1,40}:)?(?:f|formula|formula1|formula2|definedName|calculatedColumnFormula|totalsRowFormula|oldFormula)"
    rb"(?=[\s>])[^>]*+>([^<]++)<"
)
_ATTRIBUTE = re.compile(rb"(?:formula|condition|Formula)\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)')")
_WORTH = re.compile(
    rb"[|]|&#|\\\\|//|<!\[CDATA|WEBSERVICE|IMAGE|RTD|HYPERLINK|DDE|CALL\s*\(|REGISTER|EXEC\s*\(|file:|http",
    re.IGNORECASE,
)
"""A formula without any of these asks nobody."""

_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


def judge_formulas(look: Inspection, content: bytes, where: str) -> None:
    """content: in UTF-8."""
    from html import unescape

    if _WORTH.search(content) is None:
        return
    if b"<![CDATA[" in content:
        content = _CDATA.sub(lambda hit: hit[1].replace(b"&", b"&amp;").replace(b"<", b"&lt;"), content)
    seen = set[bytes]()
    for hit in _FORMULA.finditer(content):
        raw = hit[1]
        if _WORTH.search(raw) is not None and raw not in seen:
            if len(seen) < 10_000:
                seen.add(raw)
            judge_formula(look, unescape(raw.decode("utf-8", "replace")), where)
    if b":formula" in content or b"Formula" in content or b":condition" in content:
        for hit in _ATTRIBUTE.finditer(content):
            raw = hit[1] if hit[1] is not None else hit[2]
            if _WORTH.search(raw) is not None:
                judge_formula(look, unescape(raw.decode("utf-8", "replace")), where)
