"""An archive of bodies, read through a mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, cast

from occ_media_cli.ledger.entry import Batch, Item, Unfit
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.bodies import LONGEST, FoundBody, Reread, bodies
from occ_media_cli.ledger.sources.body_files import JSON, BodyCut, Piece, nothing, read_bodies, refusing
from occ_media_cli.ledger.sources.fields import decoded
from occ_media_cli.ledger.sources.nested.document import read_map
from occ_media_cli.ledger.sources.nested.filters import form_fields, word_of_value
from occ_media_cli.ledger.sources.nested.nested_map import NestedMap
from occ_media_cli.ledger.sources.nested.path import ALL, EACH_KEY, Step
from occ_media_cli.ledger.sources.nested.routes import Route, enter
from occ_media_cli.ledger.sources.nested.rows import NOTHING, ItemResult, Ready
from occ_media_cli.ledger.sources.nested.said import SaidWords
from occ_media_cli.ledger.sources.streams import BLOCK, blocks

SHOWN_KINDS = 8
"""How many kinds of items without files a note names."""
COUNTED_KINDS = 1_000
LONGEST_KIND = 60


def read_mapped(name: str, mapping: NestedMap, options: Options, context: Context) -> Iterator[Batch]:
    """The entries and corrections of all bodies of a source, as a mapping says."""
    reading = _Reading(mapping, options, context)
    yield from read_bodies(name, context, reading.pieces, FORM if mapping.form else JSON)
    if reading.kinds:
        context.notes.append(_note_on(reading.kinds))


def read_built_in(platform: str, name: str, options: Options, context: Context) -> Iterator[Batch]:
    """As `read_mapped`, with the mapping of a platform that comes with the program."""
    return read_mapped(name, read_map(Path(__file__).parent.parent / f"{platform}.toml"), options, context)


class _Reading:
    """A mapping at work. kinds: how many items of each kind came to nothing."""

    def __init__(self, mapping: NestedMap, options: Options, context: Context) -> None:
        said = SaidWords(options)
        paths = [path.steps for path in mapping.each] or [()]
        self.kinds: Counter[str] = Counter()
        self._lead = _shared(paths)
        self._route = Route(self._lead, len(self._lead), said)
        ready = [Ready(mapping, steps, options, context, said) for steps in paths]
        self._ready = [each for each in ready if each.route.steps]
        self._body = next((each for each in ready if not each.route.steps), None)
        whole = Route((), 0, said)
        self._unless = whole.compile_conditions(mapping.unless, from_file=False)
        said.must_be_used(mapping.file)

    def pieces(self, body: dict[str, Any]) -> Iterator[Piece]:
        """The items of a body, each with what it comes to."""
        if self._unless is not None and not self._unless([body, {}, 0]):
            yield Piece(body, refusing("no webhook", "not a body that the mapping is for"))
            return
        if self._body is not None and self._ready:
            yield from self._beside(body)
        any_way = False
        nodes = self._route.new_nodes()
        nodes[0] = body
        lead = len(self._lead)
        try:
            for _ in enter(nodes, self._lead, 0, lead):
                any_way = True
                found = False
                for ready in self._ready:
                    for piece in _items(ready, nodes, lead, self.kinds):
                        found = True
                        yield piece
                if not found:
                    yield from self._without(body if not lead else nodes[lead], body)
        except Unfit as problem:
            yield Piece(body, refusing(problem.group, problem.detail))
            return
        if not any_way:
            yield from self._without(body, body)

    def _beside(self, body: dict[str, Any]) -> Iterator[Piece]:
        """What comes of files that a body has itself, beside items further in: those that a ticket begins with."""
        whole = self._body
        assert whole is not None  # noqa: S101 - the caller asked
        whole.nodes[0] = body
        if whole.has_files(whole.nodes) and self._has_items(body):
            made = _piece(whole, body, Counter())
            if made.make is not nothing:
                yield made

    def _has_items(self, body: dict[str, Any]) -> bool:
        """Whether anything stands where one of the paths leads; what is wrong there is said when it is read."""
        for ready in self._ready:
            nodes = ready.route.new_nodes()
            nodes[0] = body
            try:
                if next(enter(nodes, ready.route.steps, 0, len(ready.route.steps)), self) is not self:
                    return True
            except Unfit:
                return True
        return False

    def _without(self, place: Any, body: dict[str, Any]) -> Iterator[Piece]:
        """What comes of a place without items: the body itself, where the mapping says that it may be one."""
        if self._body is not None and place is body:
            self._body.nodes[0] = body
            yield _piece(self._body, body, self.kinds)
            return
        kind = ", ".join(sorted(place)[:6]) if type(place) is dict else type(place).__name__
        _count(self.kinds, kind)
        yield Piece(place, nothing)


def _items(ready: Ready, above: list[Any], lead: int, kinds: Counter[str]) -> Iterator[Piece]:
    nodes, steps = ready.nodes, ready.route.steps
    nodes[: lead + 1] = above[: lead + 1]
    nodes[-2:] = above[-2:]
    try:
        for _ in enter(nodes, steps, lead, len(steps)):
            yield _piece(ready, nodes[len(steps)], kinds)
    except Unfit as problem:
        yield Piece(above[lead], refusing(problem.group, problem.detail))


def _piece(ready: Ready, item: Any, kinds: Counter[str]) -> Piece:
    """What comes of the item that a ready mapping stands at, made at once: its nodes are those of the next one soon."""
    if type(item) is not dict:
        return Piece(item, refusing("unknown message", "an item is not an object"))
    try:
        if ready.skip is not None and ready.skip(ready.nodes):
            return Piece(item, nothing)
        made = ready.make_items(ready.nodes)
        if made is NOTHING:
            _count(kinds, word_of_value(ready.kind(ready.nodes)) or "unnamed")
            return Piece(item, nothing)
    except Unfit as problem:
        return Piece(item, refusing(problem.group, problem.detail))
    return Piece(item, lambda: _given(made), made.problems)


def _given(made: ItemResult) -> Sequence[Item]:
    return made.items


def _count(kinds: Counter[str], kind: str) -> None:
    shown = kind[:LONGEST_KIND]
    kinds[shown if shown in kinds or len(kinds) < COUNTED_KINDS else "others"] += 1


def _note_on(kinds: Counter[str]) -> str:
    shown = [f"{number:,} '{kind}'" for kind, number in kinds.most_common(SHOWN_KINDS)]
    rest = sum(kinds.values()) - sum(number for _, number in kinds.most_common(SHOWN_KINDS))
    return f"skipped, by kind: {', '.join(shown)}" + (f" and {rest:,} of other kinds" if rest else "")


def _shared(paths: Sequence[tuple[Step, ...]]) -> tuple[Step, ...]:
    """The steps that all paths have in common, up to the last list before their own: one entry of a webhook, which is
    counted where none of the paths finds anything in it."""
    bare = [steps for steps in paths if steps]
    shared: list[Step] = []
    for together in zip(*(steps[:-1] for steps in bare), strict=False):
        if len(set(together)) > 1:
            break
        shared.append(together[0])
    ends = [place for place, step in enumerate(shared, start=1) if step is ALL or step is EACH_KEY]
    return tuple(shared[: ends[-1]]) if ends else ()


def _form_lines(stream: IO[bytes]) -> Iterator[FoundBody]:
    """One body a line, with the number of the line; JSON, where the first is JSON, in any way that JSON may stand."""
    first = stream.read(BLOCK)
    again = cast("IO[bytes]", Reread(first, stream))
    if first.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        yield from bodies(again)
        return
    line = 1
    for block, count in blocks(again, LONGEST):
        for number, text in enumerate(block.split(b"\n"), start=line):
            if text.strip():
                yield FoundBody(number, text if len(text) <= LONGEST else None)
        line += count


def _decoded_form(data: bytes) -> dict[str, Any]:
    """A line that is a form-encoded body, or JSON."""
    if data.lstrip()[:1] == b"{":
        return decoded(data, LONGEST, "the body")
    try:
        return form_fields(data.decode().strip())
    except UnicodeDecodeError:
        raise Unfit("not UTF-8", "the body is not valid UTF-8") from None


FORM = BodyCut(_form_lines, _decoded_form)
