"""Strings that break reports, made from rules instead of copied from a list."""

from __future__ import annotations

_FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")',
    "-2+3+cmd|' /C calc'!D2",
)

_BEFORE_FORMULA = (
    "",
    " ",
    "\t",
    "\r",
    "\n",
    "\0",
    "\ufeff",
    "\u200b",
    "\u00a0",
    "\u3000",
    "\u2066",
    "\x1b",
    " \ufeff\u200d ",
    "\u0301",
)

_FULL_WIDTH = (
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(1)",
    "\ufe661",
    "\ufe621",
    "\ufe631",
    "\ufe6bA",
    "\u22121",
    "\u207a1",
)

_MARKUP = (
    "<script>alert(1)</script>",
    "</td></tr></table><img src=x onerror=alert(1)>",
    "\"'><svg/onload=alert(1)>",
    "]]><![CDATA[",
    "<!-- --> <!DOCTYPE x [<!ENTITY e 'v'>]>&e;",
    "&lt;b&gt; &amp; &#0; &#x1b;",
    "javascript:alert(1)",
    "[x](javascript:alert(1)) ![y](http://example.com/z.png)",
    "| a | b |\n|---|---|",
    "`` ` ``` a|b \\| \\\\|",
    "**bold** _under_ ~~gone~~ # not a heading",
    "- item\n+ item\n1. item\n1) item",
    "http://example.com www.example.com a@example.com @someone #12 :smile: $x$",
    "===",
    "[/red][bold]x[/x]",
    "    four spaces",
    "\\",
    "%0A%0D %s %n ${x} {0} {{x}}",
    "::error file=x::boo",
    "  ::stop-commands::pause",
    "##[set-env name=x]y",
    'a,b:c;d|e"f"',
    "_x0041_",
    "../../etc/passwd",
    "//host/share",
    "a:b",
    "x" * 40_000,
)

_WORDS = (
    "\u0645\u0631\u062d\u0628\u0627",
    "\u202e\u0066\u0064\u0070.exe",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "e\u0301" * 5,
    "\u1160\u115f\u3164\uffa0\u2800",
    "\ufffe\uffff\U0001ffff\ufdd0",
    "\U000e0041\U000e0100\ufe0f\u034f",
    "\u2028\u2029\x85\x7f",
    "\ud800\udfff",
    "caf\udce9.pdf",
    "\u65e5\u672c\u8a9e\u306e\u30d5\u30a1\u30a4\u30eb.pdf",
    "",
    " ",
    "null",
    "NaN",
    "1e400",
    "0x10",
    "true",
    "2026-13-45",
    "\U0001f600.png",
)


def strings() -> list[str]:
    """Every kind of string that has broken a report somewhere."""
    controls = [f"a{chr(code)}b" for code in [*range(0x20), *range(0x7F, 0xA1)]]
    hidden = [
        f"a{chr(code)}b"
        for code in [*range(0x200B, 0x2010), *range(0x2028, 0x2030), *range(0x2060, 0x2070), 0xFEFF, 0xAD]
    ]
    formulas = [start + formula for start in _BEFORE_FORMULA for formula in _FORMULAS]
    return [*controls, *hidden, *formulas, *_FULL_WIDTH, *_MARKUP, *_WORDS]


def control_characters(text: str) -> set[str]:
    """What no output may hold: C0 but for the line feed, DEL, C1, bidi and zero-width characters, surrogates."""
    bad = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), *map(chr, range(0x200B, 0x2010))}
    bad |= {
        *map(chr, range(0x2028, 0x202F)),
        *map(chr, range(0x2060, 0x2070)),
        "\ufeff",
        *map(chr, range(0xD800, 0xE000)),
    }
    return (bad - {"\n"}) & set(text)
