"""Text of Word that is not shown: by a property of its run, or by a style, also through the one that it is based on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from occ_media_cli.safety.metadata.office.xml_edit import Action, Drop, Element, Rule, edit_xml, elements_of, tokens_of

_OFF = frozenset((b"0", b"false", b"off"))
_VALUE = re.compile(rb"[\s:]val\s*=\s*[\"']([^\"']*)[\"']")
_SHOWN = frozenset((b"t", b"sym", b"footnoteReference", b"endnoteReference", b"drawing", b"pict", b"object"))
"""What of a run somebody could see; entries of an index are hidden fields, and no text."""
_NEEDED = frozenset((b"fldChar", b"object", b"br"))
"""What else depends on: a run with one of these does not go."""


class HiddenStyles(NamedTuple):
    """Styles whose text is not shown. everywhere: that of every paragraph or table that says nothing else is so."""

    names: frozenset[bytes] = frozenset()
    everywhere: bool = False


def hidden_styles(parts: Iterable[bytes]) -> HiddenStyles:
    """What the styles of a document hide, those included that are based on one that hides."""
    names, everywhere = set[bytes](), False
    for part in parts:
        if b"vanish" not in part:
            continue
        own, based, defaults = _said_by_styles(part)
        everywhere = everywhere or own.pop(b"", False)
        hidden = {style for style in {*own, *based} if _hides(style, own, based)}
        everywhere = everywhere or not hidden.isdisjoint(defaults)
        names |= hidden
    return HiddenStyles(frozenset(names), everywhere)


def _said_by_styles(part: bytes) -> tuple[dict[bytes, bool], dict[bytes, bytes], set[bytes]]:
    """What each style says of hiding (`b""` for the defaults of the document), its base, and the default styles."""
    own, based, defaults = dict[bytes, bool](), dict[bytes, bytes](), set[bytes]()
    style: bytes | None = None
    for element in elements_of(part):
        if element.name == b"docDefaults":
            style = b""
        elif element.name == b"latentStyles":
            style = None
        elif element.name == b"style":
            style = element.value_of(b"styleId") or None
            if style and (element.value_of(b"default") or b"0") not in _OFF:
                defaults.add(style)
        elif style is not None and element.name == b"vanish":
            own[style] = (element.value_of(b"val") or b"1") not in _OFF or own.get(style, False)
        elif style and element.name == b"basedOn":
            based[style] = element.value_of(b"val") or b""
    return own, based, defaults


def _hides(style: bytes, own: dict[bytes, bool], based: dict[bytes, bytes]) -> bool:
    seen = set[bytes]()
    while style and style not in seen:
        if style in own:
            return own[style]
        seen.add(style)
        style = based.get(style, b"")
    return False


class _Run:
    """A run as it is read: what it says of hiding itself, its styles from the table to its own, what it holds."""

    __slots__ = ("depth", "holds", "paragraph", "style", "tables", "vanish")

    def __init__(self, depth: int, paragraph: bytes, tables: tuple[bytes, ...]) -> None:
        self.depth, self.paragraph, self.tables = depth, paragraph, tables
        self.style, self.holds = b"", set[bytes]()
        self.vanish: bool | None = None

    def fate(self, styles: HiddenStyles) -> bool | None:
        """Whether it is to go (True) or is hidden and has to stay (False); None where it is shown."""
        if self.vanish is False or not self.holds & _SHOWN:
            return None
        if self.vanish is None:
            if styles.everywhere or not styles.names.isdisjoint(self.tables):
                return False
            hiding = (self.paragraph in styles.names) + (self.style in styles.names)
            if hiding != 1:  # one style that hides undoes another, or so the standard has it
                return False if hiding else None
        return not self.holds & _NEEDED


def without_hidden_text(
    content: bytes, own: frozenset[bytes], styles: HiddenStyles, count: Callable[[str, int], None]
) -> bytes:
    """A part without its hidden runs. All are counted, and those that something depends on stay."""
    named = any(b'"' + style + b'"' in content or b"'" + style + b"'" in content for style in styles.names)
    if not (named or styles.everywhere or b"vanish" in content):
        return content
    fates = [run.fate(styles) for run in _runs(content, own)]
    if all(fate is None for fate in fates):
        return content
    count("hidden_text", sum(fate is not None for fate in fates))
    return edit_xml(content, _rule(iter(fates), own), frozenset((b"r",)))


def _rule(fates: Iterator[bool | None], own: frozenset[bytes]) -> Rule:
    def rule(element: Element) -> Action:
        return Drop() if element.prefix in own and next(fates, None) else None

    return rule


def _runs(content: bytes, own: frozenset[bytes]) -> list[_Run]:
    """The runs of a part in the order of their start tags; what stands in a text box belongs to the runs there."""
    runs, opened, around = list[_Run](), list[_Run](), list[bytes]()
    paragraphs, tables = list[tuple[int, bytes]](), list[tuple[int, bytes]]()
    for token in tokens_of(content):
        if not token.name:
            continue
        name, depth = token.name if token.prefix in own else b"", len(around)
        if token.opens:
            if opened and name != b"r":
                _into(opened[-1], token.name, token.raw, around, depth)
            if name == b"r":
                runs.append(_Run(depth, paragraphs[-1][1] if paragraphs else b"", tuple(each for _, each in tables)))
                opened.append(runs[-1])
            elif name == b"p":
                paragraphs.append((depth, b""))
            elif name == b"tbl":
                tables.append((depth, b""))
            elif name == b"pStyle" and paragraphs and around[-1:] == [b"pPr"]:
                paragraphs[-1] = (paragraphs[-1][0], _value(token.raw))
            elif name == b"tblStyle" and tables and around[-1:] == [b"tblPr"]:
                tables[-1] = (tables[-1][0], _value(token.raw))
            around.append(name)
        if token.closes and around:
            around.pop()
            depth = len(around)
            for stack in (paragraphs, tables):
                if stack and stack[-1][0] == depth:
                    stack.pop()
            if opened and opened[-1].depth == depth:
                opened.pop()
    return runs


def _into(run: _Run, name: bytes, raw: bytes, around: list[bytes], depth: int) -> None:
    if depth == run.depth + 2 and around[-1] == b"rPr":
        if name == b"vanish":
            run.vanish = _value(raw) not in _OFF
        elif name == b"rStyle":
            run.style = _value(raw)
    else:
        run.holds.add(name)


def _value(raw: bytes) -> bytes:
    found = _VALUE.search(raw)
    return found[1] if found else b""
