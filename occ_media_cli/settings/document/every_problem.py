"""Everything that is wrong with a document, not only what is met first.

A check ends at the first mistake that it meets. So each thing of a document is checked by itself, and again without
what was wrong with it until nothing is; then the document is checked as a whole, for what lies between its things. What
seems wrong only because something was left out is no mistake of the document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.report.words import nearest
from occ_media_cli.settings import inbox_names
from occ_media_cli.settings.document import document_schema
from occ_media_cli.settings.field_checks import FieldProblem
from occ_media_cli.settings.model import LIST_SECTIONS
from occ_media_cli.settings.sections import TOP_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from occ_media_cli.settings.document.document_schema import ProfileCheck, RuleCheck
    from occ_media_cli.settings.field_checks import Path

_BY_NAME = tuple(
    dict.fromkeys(
        ["channels", "inboxes", *(key for key, (name, _) in TOP_KEYS.items() if name not in (*LIST_SECTIONS, "store"))]
    )
)
"""Tables whose members are things with a name. Channels come first: inboxes have them."""

_ROWS = (("retention", "rule"), ("suppression",))
"""Arrays whose members are things."""

_WHOLE = 100
"""So often a document is checked as a whole: each time takes another look at all of it."""


def problems(
    document: dict[str, Any], known: Iterable[str], profiles: ProfileCheck | None, rules: RuleCheck | None, most: int
) -> list[FieldProblem]:
    """What is wrong with a parsed document, at most so many mistakes, each at its place in it. The document is used up.

    known, profiles, rules: as for `document_schema.config`.
    """
    return _Search(document, known, profiles, rules, most).run()


class _Search:
    def __init__(
        self,
        document: dict[str, Any],
        known: Iterable[str],
        profiles: ProfileCheck | None,
        rules: RuleCheck | None,
        most: int,
    ) -> None:
        self._document, self._profiles, self._rules, self._most = document, profiles, rules, most
        self._order = {id(member): (number, member) for number, member in _members(document)}
        self._found: list[FieldProblem] = []
        self._left_out: list[Path] = []
        written = document.get("inboxes")
        names = [inbox_names.normal(str(name)) for name in written] if isinstance(written, dict) else []
        self._names = dict.fromkeys([*known, *names])

    def run(self) -> list[FieldProblem]:
        """Look at each thing, then at all of it."""
        document = self._document
        if not isinstance(document.get("inboxes", {}), dict):  # nobody knows what may be named then
            self._drain(document, (), self._as_a_whole)
            return self._found
        for path in _ROWS:
            self._rows(path)
        for key in _BY_NAME:
            members = document.get(key)
            if not isinstance(members, dict):
                continue
            check = self._with_channels() if key == "inboxes" else self._alone
            for name in list(members):
                part = {key: {name: members[name]}}
                self._drain(part, (key, name), check)
                if name not in part.get(key, {}):
                    del members[name]
            if key == "channels" and self._profiles is not None:
                self._drain(document, (), self._with_profiles)
        self._drain(document, (), self._as_a_whole, times=_WHOLE)
        return self._found

    def _alone(self, part: dict[str, Any]) -> None:
        document_schema.config(part, self._names)

    def _with_profiles(self, document: dict[str, Any]) -> None:
        document_schema.config({"channels": document.get("channels", {})}, (), self._profiles)

    def _with_channels(self) -> Callable[[dict[str, Any]], None]:
        """A check of one inbox that knows all channels, those with a mistake too."""
        written = self._document.get("channels")
        own = written if isinstance(written, dict) else {}
        if self._profiles is None:
            return self._alone
        try:
            there = [*self._profiles(own), *self._own_left_out()]
        except FieldProblem:
            return self._alone

        def check(part: dict[str, Any]) -> None:
            document_schema.config(part, (), lambda _own: there)

        return check

    def _own_left_out(self) -> list[str]:
        return [str(path[1]) for path in self._left_out if path[0] == "channels" and len(path) > 1]

    def _as_a_whole(self, document: dict[str, Any]) -> None:
        known = self._profiles

        def profiles(own: Mapping[str, Any]) -> Sequence[str]:
            return [] if known is None else [*known(own), *self._own_left_out()]

        document_schema.config(document, self._names, None if known is None else profiles, self._rules)

    def _rows(self, path: Path) -> None:
        """Each row of an array by itself; one with a mistake is not compared with the others."""
        place: Any = self._document
        for key in path[:-1]:
            place = place.get(key) if isinstance(place, dict) else None
        rows = place.get(path[-1]) if isinstance(place, dict) else None
        if not isinstance(rows, list):
            return
        good = []
        for row in rows:
            before = len(self._found)
            part: Any = [row]
            for key in reversed(path):
                part = {key: part}
            number = self._order[id(row)][0] if id(row) in self._order else 0
            self._drain(part, (*path, number))
            if len(self._found) == before:
                good.append(row)
        rows[:] = good

    def _drain(
        self,
        part: dict[str, Any],
        inside: Path,
        check: Callable[[dict[str, Any]], None] | None = None,
        *,
        times: int | None = None,
    ) -> None:
        """Note each problem of a part and leave it out there. inside: where the part lies in the document."""
        look = self._alone if check is None else check
        while len(self._found) < self._most and (times is None or times > 0):
            times = None if times is None else times - 1
            try:
                look(part)
            except FieldProblem as problem:
                path = problem.path
                each = _of_items(part, path, look)
                written = self._as_written(part, path, inside)
                if not self._only_seems(problem, written):
                    for one in each or [problem]:
                        one.path = written
                        self._found.append(one)
                self._left_out.append(written)
                if not path or not _leave_out(part, path) or path == ("inboxes",):
                    return
            else:
                return

    def _only_seems(self, problem: FieldProblem, path: Path) -> bool:
        """Whether it is wrong only because something was left out, such as the key that is missing, or a slip of it."""
        inside = [other for other in self._left_out if other[: len(path)] == path]
        if not problem.lacks:
            return bool(inside)
        keys = [str(other[len(path)]) for other in inside if len(other) > len(path)]
        return any(key in problem.lacks or nearest(key, problem.lacks) for key in keys)

    def _as_written(self, part: dict[str, Any], path: Path, inside: Path) -> Path:
        """The path of a problem in the document as it was before members of arrays were left out."""
        found: list[str | int] = []
        place: Any = part
        for depth, key in enumerate(path):
            there = key in place if isinstance(place, dict) else isinstance(place, list) and isinstance(key, int)
            place = place[key] if there and (isinstance(place, dict) or int(key) < len(place)) else None
            number = self._order.get(id(place), (key, None))[0] if isinstance(key, int) else key
            found.append(inside[depth] if isinstance(key, int) and depth < len(inside) else number)
        return tuple(found)


def _of_items(part: dict[str, Any], path: Path, look: Callable[[dict[str, Any]], None]) -> list[FieldProblem]:
    """The problems of the items of a list, where it has several and its own problem is one of theirs."""
    place: Any = part
    for key in path[:-1]:
        place = place.get(key) if isinstance(place, dict) else place[int(key)] if isinstance(place, list) else None
    items = place.get(path[-1]) if isinstance(place, dict) and path else None
    if not isinstance(items, list) or len(items) < 2 or not all(isinstance(item, str) for item in items):
        return []
    found = []
    for item in dict.fromkeys(items):
        place[path[-1]] = [item]
        try:
            look(part)
        except FieldProblem as problem:
            if problem.path == path:
                found.append(problem)
    place[path[-1]] = items
    return found


def _members(value: Any) -> Iterator[tuple[int, Any]]:
    """Every table that is a member of an array, with its number there."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _members(item)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, dict):
                yield number, item
                yield from _members(item)


def _leave_out(document: dict[str, Any], path: Path) -> bool:
    """Take away what a path leads to, or what holds it where there is nothing; False where that is the document."""
    if not path:
        return False
    place: Any = document
    for key in path[:-1]:
        if not (key in place if isinstance(place, dict) else isinstance(place, list) and isinstance(key, int)):
            return False
        place = place[key]
    if isinstance(place, dict) and path[-1] in place:
        del place[path[-1]]
        return True
    if isinstance(place, list) and isinstance(path[-1], int) and path[-1] < len(place):
        del place[path[-1]]
        return True
    return _leave_out(document, path[:-1])
