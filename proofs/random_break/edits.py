"""The ways in which a statement can be broken, as edits of its exact place in the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes to put in place of others. whole: where the head of the statement begins and ends."""

    start: int
    end: int
    new: bytes
    whole: tuple[int, int]


OTHER = {
    ast.Eq: (rb"==", b"!="), ast.NotEq: (rb"!=", b"=="), ast.Lt: (rb"<", b"<="), ast.LtE: (rb"<=", b"<"),
    ast.Gt: (rb">", b">="), ast.GtE: (rb">=", b">"), ast.Is: (rb"\bis\b", b"is not"),
    ast.IsNot: (rb"\bis\s+not\b", b"is"), ast.In: (rb"\bin\b", b"not in"), ast.NotIn: (rb"\bnot\s+in\b", b"in"),
}  # fmt: skip
ARITHMETIC = {
    ast.Add: (rb"\+", b"-"), ast.Sub: (rb"-", b"+"), ast.Mult: (rb"\*", b"+"), ast.FloorDiv: (rb"//", b"*"),
    ast.Div: (rb"/", b"*"), ast.Mod: (rb"%", b"+"),
}  # fmt: skip


def edits(statement: ast.stmt, source: bytes) -> Iterator[Edit]:
    """Every edit of one statement; of one with a body only its head is edited."""
    places = Places(source)
    whole = places.head(statement)
    for start, end, new in (*_of_statement(statement, places), *_of_expressions(statement, places)):
        yield Edit(start, end, new, whole)


class Places:
    """Where nodes stand, in bytes of the source."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.lines = [0]
        for line in source.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))

    def start(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """The first byte of a node."""
        return self.lines[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """The byte behind a node."""
        return self.lines[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)

    def text(self, node: ast.expr | ast.stmt) -> bytes:
        """The source of a node."""
        return self.source[self.start(node) : self.end(node)]

    def head(self, statement: ast.stmt) -> tuple[int, int]:
        """Where a statement stands, without the statements inside it."""
        inside = [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.stmt)]
        end = self.end(statement)
        if inside:
            end = self.start(statement) + len(self.source[self.start(statement) : self.start(inside[0])].rstrip())
        return self.start(statement), end


Found = Iterator[tuple[int, int, bytes]]


def _of_statement(statement: ast.stmt, places: Places) -> Found:
    start, end = places.start(statement), places.end(statement)
    match statement:
        case ast.If(test=test) | ast.While(test=test) | ast.Assert(test=test):
            yield _negated(test, places)
        case ast.Return(value=ast.expr() as value):
            if not (isinstance(value, ast.Constant) and value.value is None):
                yield places.start(value), places.end(value), b"None"
            if isinstance(value, ast.Compare | ast.BoolOp | ast.UnaryOp):
                yield _negated(value, places)
    if isinstance(statement, ast.Expr | ast.AugAssign | ast.Raise | ast.Delete | ast.Continue | ast.Break):
        yield start, end, b"pass"


def _negated(test: ast.expr, places: Places) -> tuple[int, int, bytes]:
    return places.start(test), places.end(test), b"(not (" + places.text(test) + b"))"


def _of_expressions(statement: ast.stmt, places: Places) -> Found:
    for node in _expressions(statement):
        match node:
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                yield from _between(left, right, OTHER[type(operator)], places)
            case ast.BoolOp(op=operator, values=[first, second, *_]):
                wanted = (rb"\band\b", b"or") if isinstance(operator, ast.And) else (rb"\bor\b", b"and")
                yield from _between(first, second, wanted, places)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in ARITHMETIC:
                yield from _between(left, right, ARITHMETIC[type(operator)], places)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield places.start(node), places.start(operand), b" "
            case ast.IfExp(test=test):
                yield _negated(test, places)
            case ast.Constant(value=value):
                yield from _constant(node, value, places)
            case ast.Call(args=args, keywords=keywords) if len(args) + len(keywords) > 1:
                *_, before, last = sorted([*args, *keywords], key=places.start)
                yield places.end(before), places.end(last), b""


def _constant(node: ast.Constant, value: object, places: Places) -> Found:
    new: str | None = None
    match value:
        case bool():
            new = str(not value)
        case int():
            new = str({0: 1, 1: 0}.get(value, value + 1))
        case str() if value:
            new = '""'
        case bytes() if value:
            new = 'b""'
    if new is not None:
        yield places.start(node), places.end(node), new.encode()


def _between(left: ast.expr, right: ast.expr, wanted: tuple[bytes, bytes], places: Places) -> Found:
    """The operator between two operands, which brackets and comments may surround."""
    start, end = places.end(left), places.start(right)
    found = re.search(wanted[0], places.source[start:end])
    if found is not None:
        yield start + found.start(), start + found.end(), wanted[1]


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions of a statement's head: no annotations, nothing inside f-strings, whose places are not exact."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_params") or isinstance(node, ast.JoinedStr):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.stmt) or not isinstance(child, ast.AST):
                continue
            if isinstance(child, ast.expr):
                yield child
            yield from _expressions(child)
