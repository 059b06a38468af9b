"""The mapping as it stands in its file: every table and key looked at, and what is wrong in it said with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path as File
from typing import Any, TypeVar, cast

from occ_media_cli.errors import MalformedInput
from occ_media_cli.ledger import row_sizes
from occ_media_cli.ledger.mapping import load_mapping
from occ_media_cli.ledger.sources.mapped import FIELDS, check_time_format, find_zone
from occ_media_cli.ledger.sources.nested.conditions import Condition, Conditions, parse_condition
from occ_media_cli.ledger.sources.nested.nested_map import CorrectionRule, FromWords, IfThen, NestedMap
from occ_media_cli.ledger.sources.nested.path import ALL, Path, path_of_text
from occ_media_cli.ledger.sources.nested.spec import Spec, constant_spec, made_in_place, parse_spec
from occ_media_cli.ledger.sources.units import TIME_FORMS
from occ_media_cli.report.words import suggestion
from occ_media_cli.vocabulary import DIRECTIONS, OUTCOMES

T = TypeVar("T")

TABLES = ("read", "map", "units", "fixed", "values", "corrects", "skip", "refuse", "csv")
OWN_FIELDS = ("account", "ending")
"""What a mapping may give besides the fields of an entry: the account, by which the inbox is found, and the ending of a
file that comes without a name."""
NAMES = (*FIELDS, *OWN_FIELDS)
READ = ("each", "files", "repeat", "first", "when", "when_file", "when_itself", "form", "kind")
CORRECTS = ("when", "corrects", "id", "suffix", "time", "reason", "reason_from", "outcome", "entries")
UNITS = ("time", "time_zone", "time_format", "size")

MOST_PATHS = 32
"""Paths of [read] each and files; each pair of them is made ready once."""
MOST_CONDITIONS = 200


def read_map(file: File) -> NestedMap:
    """The mapping of a file; MalformedInput says in which table and key what is wrong."""
    return _Reader(str(file), load_mapping(file)).read()


class _Reader:
    """One reading of a mapping."""

    def __init__(self, file: str, document: dict[str, Any]) -> None:
        self._file = file
        self._document = document

    def read(self) -> NestedMap:
        for name, value in self._document.items():
            if name not in TABLES:
                self._wrong(f"[{name}]", f"is no table of a mapping{suggestion(name, TABLES)}",
                            f"the tables are {', '.join(f'[{table}]' for table in TABLES)}")  # fmt: skip
            if name != "corrects" and not isinstance(value, dict):
                self._wrong(name, "is no table", f"write it as [{name}]")
        read, units = self._table("read", READ), self._table("units", UNITS)
        fields = {name: self._take(f"[map] {name}", parse_spec, value) for name, value in self._fields("map").items()}
        fixed = {name: self._text(f"[fixed] {name}", value) for name, value in self._fields("fixed").items()}
        for name, known in (("direction", DIRECTIONS), ("outcome", OUTCOMES)):
            if name in fixed and fixed[name] not in known:
                self._wrong(f"[fixed] {name}", f"'{fixed[name]}' is no {name}", f"write {' or '.join(known)}")
        words, values = self._values(fields)
        for name in ("id", "time"):
            if name not in fields and name not in fixed and name not in values:
                self._wrong("[map]", f"has no {name}", f'write [map] {name} = "…", the path of it')
        if words.keys() - fields.keys():
            name = min(words.keys() - fields.keys())
            self._wrong(f"[values.{name}]", "has words, and nothing says where they stand",
                        f'write from = "…" in it, or [map] {name} = "…"')  # fmt: skip
        is_form, first = read.get("form", False), read.get("first", 0)
        if not isinstance(is_form, bool):
            self._wrong("[read] form", "is neither true nor false", "write form = true where bodies are form-encoded")
        if type(first) is not int or not 0 <= first <= 1:
            self._wrong("[read] first", "is no number to begin with", "write first = 0 or first = 1")
        size = self._word(units, "size", row_sizes.UNITS)
        if size is None and ("size" in fields or "size" in values):
            self._wrong("[map] size", "is in a unit that nobody says", 'write [units] size = "bytes"')
        named, form = units.get("time_zone"), units.get("time_format")
        zone = find_zone(File(self._file), self._text("[units] time_zone", named)) if named is not None else None
        time_unit = self._word(units, "time", TIME_FORMS)
        if form is not None:
            check_time_format(File(self._file), self._text("[units] time_format", form), time_unit, zone)
        return NestedMap(
            file=self._file,
            each=self._paths(read, "each"),
            files=self._paths(read, "files"),
            repeat=self._take("[read] repeat", path_of_text, read["repeat"]) if "repeat" in read else None,
            first=first,
            form=is_form,
            kind=self._take("[read] kind", parse_spec, read["kind"]) if "kind" in read else None,
            when=self._conditions(read, "when", "[read]"),
            when_file=self._conditions(read, "when_file", "[read]"),
            when_itself=self._conditions(read, "when_itself", "[read]") if "when_itself" in read else None,
            fields=fields,
            fixed=fixed,
            words=words,
            values=values,
            time_unit=time_unit,
            zone=zone,
            time_format=form,
            size_unit=size or "bytes",
            corrects=self._corrections(),
            skip=self._conditions(self._table("skip", ("when",)), "when", "[skip]") or None,
            unless=self._conditions(self._table("refuse", ("unless",)), "unless", "[refuse]"),
        )

    def _wrong(self, place: str, what: str, hint: str) -> None:
        raise MalformedInput(f"{place} {what}", file=self._file, hint=hint)

    def _take(self, place: str, parse: Callable[[Any], T], value: object) -> T:
        return made_in_place(place, self._file, lambda: parse(value))

    def _table(self, name: str, known: tuple[str, ...]) -> dict[str, Any]:
        found = cast("dict[str, Any]", self._document.get(name, {}))
        self._must_know(f"[{name}]", found, known)
        return found

    def _must_know(self, place: str, found: dict[str, Any], known: tuple[str, ...]) -> None:
        for key in found:
            if key not in known:
                self._wrong(place, f"has no '{key:.60}'{suggestion(key, known)}", f"its keys are {', '.join(known)}")

    def _fields(self, table: str) -> dict[str, Any]:
        found = cast("dict[str, Any]", self._document.get(table, {}))
        self._must_be_fields(f"[{table}]", found)
        return found

    def _must_be_fields(self, place: str, found: dict[str, Any]) -> None:
        for key in found:
            if key not in NAMES:
                self._wrong(place, f"has '{key:.60}', which is no field of an entry{suggestion(key, NAMES)}",
                            f"they are {', '.join(NAMES)}")  # fmt: skip

    def _text(self, place: str, value: object) -> str:
        if not isinstance(value, str) or not value:
            self._wrong(place, "is no text", "write it in quotes")
        return cast("str", value)

    def _word(self, table: dict[str, Any], key: str, known: Any) -> str | None:
        word = table.get(key)
        if word is not None and (not isinstance(word, str) or word not in known):
            self._wrong(f"[units] {key}", f"'{word!s:.40}' is no unit", f"write one of {', '.join(known)}")
        return cast("str | None", word)

    def _paths(self, read: dict[str, Any], key: str) -> tuple[Path, ...]:
        value = read.get(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or len(listed) > MOST_PATHS:
            self._wrong(f"[read] {key}", f"is neither a path nor a list of up to {MOST_PATHS}",
                        'write the path of a list, such as "entry[].messaging[]"')  # fmt: skip
        found = tuple(self._take(f"[read] {key}", path_of_text, each) for each in listed)
        for path in found:
            if path.start != "here" or path.up:
                self._wrong(f"[read] {key}", f"'{path.text:.60}' begins with {path.text.strip()[:1]}",
                            "begin with a key of the " + ("body" if key == "each" else "item"))  # fmt: skip
            if key == "files" and (not path.steps or ALL not in path.steps):
                self._wrong("[read] files", f"'{path.text:.60}' is no list", "write it with [] behind: attachments[]")
        return found

    def _conditions(self, table: dict[str, Any], key: str, place: str) -> Conditions:
        value = table.get(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or len(listed) > MOST_CONDITIONS:
            self._wrong(f"{place} {key}", f"is no list of up to {MOST_CONDITIONS} conditions",
                        "write " + key + " = [\"message\", \"type in ['image', 'file']\"]")  # fmt: skip
        return tuple(
            tuple(self._condition(f"{place} {key}", one) for one in (each if isinstance(each, list) else [each]))
            for each in listed
        )

    def _condition(self, place: str, value: object) -> Condition:
        if not isinstance(value, str):
            self._wrong(place, "has something that is no condition", "write a condition in quotes: \"type = 'image'\"")
        return self._take(place, parse_condition, value)

    def _values(
        self, fields: Mapping[str, Spec]
    ) -> tuple[dict[str, Mapping[str, str]], dict[str, tuple[FromWords | IfThen, ...]]]:
        tables = self._fields("values")
        words: dict[str, Mapping[str, str]] = {}
        values: dict[str, tuple[FromWords | IfThen, ...]] = {}
        for name, found in tables.items():
            place = f"[values.{name}]"
            listed = found if isinstance(found, list) else [found]
            if not listed or not all(isinstance(each, dict) for each in listed) or len(listed) > MOST_PATHS:
                self._wrong(place, "is no table", f"write {place} and lines below it")
            if isinstance(found, dict) and "if" not in found and ("from" not in found or name in fields):
                words[name] = {key: self._text(f"{place} {key}", value) for key, value in found.items()}
            else:
                values[name] = tuple(self._value(place, each) for each in listed)
        return words, values

    def _value(self, place: str, found: dict[str, Any]) -> FromWords | IfThen:
        if "if" in found:
            self._must_know(place, found, ("if", "then", "else"))
            if "then" not in found:
                self._wrong(place, "has if and no then", 'write then = "path", or then = "\'word\'"')
            return IfThen(
                self._conditions(found, "if", place),
                self._take(f"{place} then", parse_spec, found["then"]),
                self._take(f"{place} else", parse_spec, found["else"]) if "else" in found else None,
            )
        if "from" not in found:
            self._wrong(place, "says neither from nor if", 'write from = "path" and lines such as in = "receive"')
        words = {key: self._text(f"{place} {key}", value) for key, value in found.items() if key != "from"}
        return FromWords(self._take(f"{place} from", parse_spec, found["from"]), words, words.pop("else", None))

    def _corrections(self) -> tuple[CorrectionRule, ...]:
        listed = self._document.get("corrects", [])
        if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
            self._wrong("[corrects]", "is no list of tables", "write it as [[corrects]]")
        if len(listed) > MOST_PATHS:
            self._wrong("[[corrects]]", f"stands {len(listed):,} times", f"{MOST_PATHS} are the most")
        return tuple(map(self._correction, listed))

    def _correction(self, found: dict[str, Any]) -> CorrectionRule:
        place = "[[corrects]]"
        self._must_know(place, found, CORRECTS)
        own = found.get("entries", False)
        if not isinstance(own, bool) or (own and ("corrects" in found or "id" in found)):
            self._wrong(place, "has entries beside corrects or id, or with another value than true",
                        "write entries = true and a suffix, for the entries that the item gives itself")  # fmt: skip
        if ("corrects" not in found and not own) or "when" not in found:
            missing = "corrects" if "corrects" not in found and not own else "when"
            self._wrong(place, f"has no {missing}", 'it needs when = [conditions] and corrects = "path of the id"')
        if ("id" in found) == ("suffix" in found):
            self._wrong(place, "needs an id of its own", 'write suffix = "unsent", or id = "path"')
        if "reason" in found and "reason_from" in found:
            self._wrong(place, "has reason and reason_from", "a reason is either a text or at a path")

        def spec(key: str) -> Spec | None:
            return self._take(f"{place} {key}", parse_spec, found[key]) if key in found else None

        reason, outcome = spec("reason_from"), None
        if "reason" in found:
            reason = constant_spec(self._text(f"{place} reason", found["reason"]))
        if "outcome" in found:
            word = self._text(f"{place} outcome", found["outcome"])
            if word not in OUTCOMES:
                self._wrong(f"{place} outcome", f"'{word:.40}' is no outcome", f"write {', '.join(OUTCOMES)}")
            outcome = constant_spec(word)
        suffix = self._text(f"{place} suffix", found["suffix"]) if "suffix" in found else ""
        when = self._conditions(found, "when", place)
        return CorrectionRule(when, spec("corrects"), spec("id"), suffix, spec("time"), reason, outcome)
