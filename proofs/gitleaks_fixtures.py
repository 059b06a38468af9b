"""The fixtures of gitleaks' rules, read out of its Go sources: texts with a key, and texts that only look like one.

    python proofs/gitleaks_fixtures.py FOLDER      FOLDER: a copy of github.com/gitleaks/gitleaks

Most are put together of literals and of `secrets.NewSecret(pattern)`, which makes a random text of a pattern; both are
done here likewise, with a fixed seed. Counted are the rules whose form the program covers.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from occ_media_cli.safety.sensitive.key_forms import forms_of, key_beginnings
from occ_media_cli.safety.sensitive.keys import find_keys

_CLASSES = {
    "Numeric": "[0-9]", "Hex": "[a-f0-9]", "AlphaNumeric": "[a-z0-9]", "AlphaNumericExtendedShort": "[a-z0-9_-]",
    "AlphaNumericExtended": r"[a-z0-9=_\-]", "AlphaNumericExtendedLong": r"[a-z0-9\/=_\+\-]",
}  # fmt: skip
_STRING = r'`[^`]*`|"(?:[^"\\\n]|\\.)*"'
_TOKEN = re.compile(
    rf'(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<text>{_STRING})|utils\.(?P<kind>[A-Z]\w+)\("(?P<count>[\d,]+)"\)'
    r"|(?P<new>secrets\.NewSecret\()|(?P<samples>utils\.GenerateSampleSecrets?\()|(?P<sign>[,+(){}])|(?P<other>[^\s,+(){}]+)",
    re.DOTALL,
)
_SAMPLES = (
    '{i}Token="{s}"', '{i}Token = "{s}"', "{i}Token={s}", "{i}Token = {s}", '{{\n    "{i}_token": "{s}"\n}}',
    "<{i}Token>\n    {s}\n</{i}Token>", "{i}_token: {s}", "{i}_token: '{s}'", 'string {i}Token = "{s}";',
    "{i}Token := `{s}`", '  "{i}Token" => "{s}"', "{i}_TOKEN ::= \"{s}\"",
)  # fmt: skip


_WORDS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"


class Fixture(NamedTuple):
    """rule: the id. text: what is searched. holds: whether a key is in it."""

    rule: str
    text: str
    holds: bool


def fixtures(folder: Path) -> Iterator[Fixture]:
    """Every fixture that can be read."""
    make = random.Random(16)
    for source in sorted((folder / "cmd/generate/config/rules").glob("*.go")):
        for function in re.split(r"(?m)^func ", source.read_text(encoding="utf-8"))[1:]:
            rule = re.search(r'RuleID:\s*"([^"]+)"', function)
            if rule is None:
                continue
            for name, holds in (("tps", True), ("fps", False)):
                for part in re.finditer(
                    rf"(?ms)\b{name}\s*:?=\s*(.*?)(?=^\s*(?:tps|fps)\s*:?=|^\s*return|\Z)", function
                ):
                    for text in _texts(part[1], make):
                        yield Fixture(rule[1], text, holds)


def _texts(part: str, make: random.Random) -> Iterator[str]:
    """The elements of a list of Go strings; one that holds anything unknown is left out."""
    element: list[str] | None = []
    identifier, inside, formats = None, [], False
    for token in [*_TOKEN.finditer(part), None]:
        if token is not None and token["comment"]:
            continue
        if token is None or (token["sign"] and token["sign"] in ",{}()"):
            closing = token is not None and token["sign"] == ")"
            if closing and inside and inside[-1] == "new":
                inside.pop()
                element = _made(element, make)
                continue
            if identifier is None and inside and inside[-1] == "samples" and element:
                identifier, element = "".join(element), []
                continue
            if element and "".join(element) and "skipped" not in inside:
                text = "".join(element)
                if identifier is not None:
                    yield from (sample.format(i=identifier, s=text) for sample in _SAMPLES)
                else:
                    yield text
            element = []
            if closing and inside:
                inside.pop()
                identifier = None
            elif token is not None and token["sign"] == "(":
                inside.append("skipped" if formats else "other")
            formats = False
            continue
        if token["text"] is not None and element is not None:
            literal = token["text"]
            element.append(literal[1:-1] if literal[0] == "`" else _unescaped(literal[1:-1]))
        elif token["kind"] in _CLASSES and element is not None:
            element.append(_CLASSES[token["kind"]] + "{" + token["count"] + "}")
        elif token["new"]:
            inside.append("new")
            element = [*(element or []), "\0"]
        elif token["samples"]:
            inside.append("samples")
            element, identifier = [], None
        elif token["other"]:
            formats = "Sprintf" in token["other"] or formats
            element = None if element else element


def _unescaped(text: str) -> str:
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape", "replace")


def _made(element: list[str] | None, make: random.Random) -> list[str] | None:
    """Replace the pattern behind the last mark by a text that it matches."""
    if element is None or "\0" not in element:
        return None
    at = len(element) - 1 - element[::-1].index("\0")
    return [*element[:at], generated("".join(element[at + 1 :]), make)]


def generated(pattern: str, make: random.Random) -> str:
    """A random text that a pattern matches."""
    import re._parser as parser

    return _generated(parser.parse(pattern), make)


def _generated(parsed: Any, make: random.Random) -> str:
    found = []
    for kind, value in parsed:
        name = str(kind)
        if name == "LITERAL":
            found.append(chr(value))
        elif name == "IN":
            found.append(_one_of(value, make))
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, inner = value
            count = make.randint(least, min(int(most), least + 10))
            found.extend(_generated(inner, make) for _ in range(count))
        elif name == "SUBPATTERN":
            found.append(_generated(value[3], make))
        elif name == "BRANCH":
            found.append(_generated(make.choice(value[1]), make))
        elif name == "ANY":
            found.append(make.choice(_WORDS))
    return "".join(found)


def _one_of(ranges: Any, make: random.Random) -> str:
    letters = ""
    for kind, value in ranges:
        name = str(kind)
        if name == "LITERAL":
            letters += chr(value)
        elif name == "RANGE":
            letters += "".join(map(chr, range(value[0], value[1] + 1)))
        elif name == "CATEGORY":
            letters += {"CATEGORY_DIGIT": "0123456789", "CATEGORY_SPACE": " "}.get(str(value), _WORDS)
    return make.choice(letters)


def counts(folder: Path) -> dict[str, int]:
    """How many fixtures of covered rules there are, and how many of them are answered rightly."""
    covered = {form.name for beginning in key_beginnings() for form in forms_of(beginning)} | {"private-key", "jwt"}
    found = dict.fromkeys(("positives", "found", "negatives", "quiet", "rules", "other rules"), 0)
    rules = set()
    others = set()
    for rule, text, holds in fixtures(folder):
        if rule not in covered:
            others.add(rule)
            continue
        rules.add(rule)
        kinds = {each.kind for each in find_keys(text)}
        found["positives" if holds else "negatives"] += 1
        if holds and kinds:
            found["found"] += 1
        elif not holds and rule not in kinds:
            found["quiet"] += 1
        else:
            print(f"  {'missed' if holds else 'wrongly found'}: {rule}: {text[:70]!r}")
    found["rules"], found["other rules"] = len(rules), len(others)
    return found


if __name__ == "__main__":
    print(counts(Path(sys.argv[1])))
