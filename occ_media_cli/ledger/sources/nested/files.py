"""The files of an item: where they stand, which of them count, and the entry of each."""

from __future__ import annotations

from functools import partial
from typing import Any

from occ_media_cli.ledger.entry import EntryRow, Item, Unfit
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.file_names import name_of
from occ_media_cli.ledger.sources.inbox_choice import inbox_of
from occ_media_cli.ledger.sources.nested.choices import (
    compile_choice,
    compile_words,
    differs_by_file,
)
from occ_media_cli.ledger.sources.nested.fields import OF_FILES, Convert, converter
from occ_media_cli.ledger.sources.nested.filters import last_of_path, word_of_value
from occ_media_cli.ledger.sources.nested.nested_map import NestedMap
from occ_media_cli.ledger.sources.nested.path import NUMBER, Get, Nodes, Path, Step, take_first
from occ_media_cli.ledger.sources.nested.routes import Route, enter
from occ_media_cli.ledger.sources.nested.spec import Spec, made_in_place

MOST_FILES = 10_000
"""Files in one item. No platform sends more than some dozen."""

Field = tuple[str, Get, Convert]


class Files:
    """The files of an item at one path, or the item as a file itself."""

    def __init__(self, mapping: NestedMap, route: Route, options: Options, context: Context) -> None:
        self._route = route
        self._context = context
        self._options = options
        self._map = mapping
        self._when = made_in_place(
            "[read] when_file",
            mapping.file,
            lambda: route.compile_conditions(mapping.when_file, from_file=True),
        )
        self._of_item: list[Field] = []
        self._of_file: list[Field] = []
        self._accounts: list[Get] = []
        self._own_ids = False
        fixed = dict(mapping.fixed)
        if options.direction is not None:
            fixed.setdefault("direction", options.direction)
        for name in {**mapping.values, **mapping.fields, **fixed}:
            of_file = self._take(name, fixed.get(name))
            if name == "id":
                self._own_ids = of_file

    def _take(self, name: str, fixed: str | None) -> bool:
        """Make a field ready; whether it differs from file to file."""
        mapping, route = self._map, self._route
        from_file = name in OF_FILES
        gets: list[Get] = []
        of_file = False
        for value in mapping.values.get(name, ()):
            gets.append(
                made_in_place(f"[values.{name}]", mapping.file, partial(compile_choice, value, route, from_file))
            )
            of_file = of_file or differs_by_file(value, route, from_file)
        spec = mapping.fields.get(name)
        if spec is not None:
            make = partial(route.compile_spec, from_file=from_file)
            place = f"[map] {name}"
            if name == "account":
                each = [Spec((one,)) for one in spec.alternatives]
                self._accounts = [made_in_place(place, mapping.file, partial(make, one)) for one in each]
            get = made_in_place(place, mapping.file, partial(make, spec))
            gets.append(compile_words(get, mapping.words[name]) if name in mapping.words else get)
            of_file = of_file or route.is_of_file(spec, from_file=from_file)
        if fixed is not None:
            gets.append(lambda nodes: fixed)
        found = (name, take_first(gets), converter(name, mapping))
        if name == "account":
            self._accounts = self._accounts or [found[1]]
            of_file = False
        elif of_file:
            self._of_file.append(found)
        else:
            self._of_item.append(found)
        return of_file

    def find_files(self, nodes: Nodes) -> list[Nodes] | None:
        """The ways to the files of the item, or None where nothing stands at the path."""
        room = [*nodes[: self._route.item + 1], *[None] * (len(self._route.steps) - self._route.item), nodes[-2], 0]
        found: list[Nodes] = []
        steps = self._route.steps
        inner = tuple(steps[self._route.item :])
        if _missing(nodes[self._route.item], inner):
            return None
        for _ in enter(room, steps, self._route.item, len(steps)):
            found.append(room.copy())
            if len(found) > MOST_FILES:
                raise Unfit("too many", f"an item has more than {MOST_FILES:,} files")
        return found

    def add_entries(self, ways: list[Nodes], items: list[Item], problems: list[Unfit], *, judged: bool = False) -> None:
        """Add the entries of some files, each with an id of its own, or why it is none. judged: that
        they are files is known."""
        when = None if judged else self._when
        kept = ways if when is None else [nodes for nodes in ways if when(nodes)]
        if not kept:
            return
        try:
            common = self._common(kept[0])
        except Unfit as problem:
            problems += [problem.with_traceback(None)] * len(kept)  # none of the files can be recorded
            return
        numbered = len(kept) > 1 and not self._own_ids
        for number, nodes in enumerate(kept):
            if nodes[NUMBER] == 0:
                nodes[NUMBER] = number
            try:
                items.append(self._row(common, nodes, f"#{number + 1}" if numbered else ""))
            except Unfit as problem:
                problems.append(problem.with_traceback(None))

    def _common(self, nodes: Nodes) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, get, convert in self._of_item:
            value = get(nodes)
            if value is not None and value != "":
                found[name] = convert(value)
        channel = found.get("channel") or ""
        accounts = [account for get in self._accounts if (account := word_of_value(get(nodes)))]
        linked = map(partial(self._context.inboxes.account, channel), accounts)
        inbox = next(filter(None, linked), None) or found.get("inbox")
        found["inbox"] = inbox or inbox_of(channel, accounts, self._options, self._context)
        return found

    def _row(self, common: dict[str, Any], nodes: Nodes, suffix: str) -> EntryRow:
        values = common.copy()
        for name, get, convert in self._of_file:
            value = get(nodes)
            if value is not None and value != "":
                values[name] = convert(value)
        for name in ("id", "time", "direction"):
            if name not in values:
                raise self._missing(name)
        if suffix:
            values["id"] += suffix
        stated = values.get("name")
        ending = values.pop("ending", None)
        stated = last_of_path(stated) if stated is not None else None
        values["name"] = name_of(values["id"], stated, declared=values.get("declared"), ending=ending)
        return EntryRow(**values)

    def _missing(self, name: str) -> Unfit:
        spec = self._map.fields.get(name)
        paths = [] if spec is None else [each.text for each in spec.alternatives if isinstance(each, Path)]
        where = f": nothing at {', '.join(paths)}"[:200] if paths else ""
        return Unfit(f"no {name}", f"{name} is missing{where}")


def _missing(item: Any, steps: tuple[Step, ...]) -> bool:
    """Whether nothing stands where the list of files should: the next path is tried then."""
    value = item
    for step in steps:
        if type(step) is not str:
            return False
        value = value.get(step) if type(value) is dict else None
        if value is None:
            return True
    return False
