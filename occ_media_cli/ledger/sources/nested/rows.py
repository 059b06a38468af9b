"""What an item of a body comes to: entries, corrections, or nothing. ItemResult ready once for each way to an item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from occ_media_cli.ledger.entry import Item, Unfit
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.nested.choices import compile_kind
from occ_media_cli.ledger.sources.nested.correcting import Correcting
from occ_media_cli.ledger.sources.nested.files import MOST_FILES, Files
from occ_media_cli.ledger.sources.nested.filters import word_of_value
from occ_media_cli.ledger.sources.nested.nested_map import NestedMap
from occ_media_cli.ledger.sources.nested.path import EACH_KEY, NUMBER, Nodes, Step
from occ_media_cli.ledger.sources.nested.routes import Route
from occ_media_cli.ledger.sources.nested.spec import made_in_place


class ItemResult(NamedTuple):
    """What an item came to. problems: why something of it must be refused, one for each file or for the whole."""

    items: Sequence[Item]
    problems: Sequence[Unfit] = ()


NOTHING = ItemResult(())


class Ready:
    """A mapping made ready for one way to an item.

    route: the way, without files. skip: whether an item is passed over in silence. kind: what one is called of which
    nothing comes.
    """

    def __init__(
        self, mapping: NestedMap, each: tuple[Step, ...], options: Options, context: Context,
        said: Mapping[str, Sequence[str]],
    ) -> None:  # fmt: skip
        has_keys = any(EACH_KEY in path.steps for path in (*mapping.each, *mapping.files))
        self.route = Route(each, len(each), said, has_keys)
        self.nodes = self.route.new_nodes()

        def ready(place: str, make: Callable[..., Any], *given: Any, **more: Any) -> Any:
            return made_in_place(place, mapping.file, partial(make, *given, **more))

        test = partial(self.route.compile_conditions, from_file=False)
        self.skip = ready("[skip] when", test, mapping.skip or ())
        self.kind = ready("[read] kind", compile_kind, mapping, self.route)
        self._when = ready("[read] when", test, mapping.when)
        self._files = [
            Files(mapping, Route(each + path.steps, len(each), said, has_keys), options, context)
            for path in mapping.files
        ]
        self._itself = Files(mapping, self.route, options, context)
        self._is_itself = ready("[read] when_itself", test, mapping.when_itself or ())
        self._never_itself = bool(mapping.files or mapping.repeat) and mapping.when_itself is None
        repeat = mapping.repeat
        self._repeat = ready("[read] repeat", self.route.compile_path, repeat, from_file=False) if repeat else None
        self._first = mapping.first
        self._corrects = [ready("[[corrects]]", Correcting, rule, self.route, mapping) for rule in mapping.corrects]

    def has_files(self, nodes: Nodes) -> bool:
        """Whether any file stands in the item itself; a list of them that is none says so when it is read."""
        try:
            return any(files.find_files(nodes) for files in self._files)
        except Unfit:
            return True

    def make_items(self, nodes: Nodes) -> ItemResult:
        """What the item comes to that stands in the nodes; Unfit where the whole of it must be refused."""
        items: list[Item] = []
        problems: list[Unfit] = []
        try:
            if self._when is None or self._when(nodes):
                self._add_files(nodes, items, problems)
        except Unfit as problem:
            problems.append(problem.with_traceback(None))
        for rule in self._corrects:
            try:
                if not rule.when(nodes):
                    continue
                if rule.of_own_entries:
                    items = rule.correct_own(nodes, items)
                else:
                    items += rule.make_corrections(nodes)
            except Unfit as problem:
                problems.append(problem.with_traceback(None))
        return ItemResult(items, problems) if items or problems else NOTHING

    def _add_files(self, nodes: Nodes, items: list[Item], problems: list[Unfit]) -> None:
        for files in self._files:
            found = files.find_files(nodes)
            if found is not None:
                files.add_entries(found, items, problems)
                break
        else:
            if self._repeat is not None:
                self._itself.add_entries(self._repeated(nodes), items, problems)
        if (
            not items
            and not problems
            and not self._never_itself
            and (self._is_itself is None or self._is_itself(nodes))
        ):
            self._itself.add_entries([nodes], items, problems, judged=True)

    def _repeated(self, nodes: Nodes) -> list[Nodes]:
        value = self._repeat(nodes) if self._repeat is not None else None
        word = word_of_value(value)
        if word is None or word == "":
            return []
        if not (word.isascii() and word.isdigit()) or len(word) > 6 or int(word) > MOST_FILES:
            raise Unfit("bad value", f"the number of files {word:.20} is no number up to {MOST_FILES:,}")
        return [[*nodes[:NUMBER], number] for number in range(self._first, self._first + int(word))]
