"""What may stand behind a path: `url | last-of-path`. Each makes one value of another, and null of what does not fit.

There are few on purpose: none computes, none searches, and none can be combined to do so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from occ_media_cli.decoding import Undecodable, decode
from occ_media_cli.ledger.entry import Unfit
from occ_media_cli.ledger.sources.bodies import LONGEST
from occ_media_cli.ledger.sources.file_names import bare_name, linked_name
from occ_media_cli.media.file_names import is_known_extension

Filter = Callable[[Any], Any]

MOST_FIELDS = 2_000
"""Fields of a form-encoded body. Twilio sends about 40."""


def word_of_value(value: Any) -> str | None:
    """A text or a number as text, true and false as JSON writes them; None for anything else."""
    if type(value) is str:
        return value
    if value is True or value is False:
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def form_fields(text: str) -> dict[str, str]:
    """The fields of a form-encoded body, or Unfit."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Unfit("no form", "a body is neither JSON nor form-encoded") from None
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Unfit("key twice", "a form-encoded body has a field twice")
    return found


def _of_text(make: Callable[[str], Any]) -> Filter:
    def apply(value: Any) -> Any:
        text = word_of_value(value)
        return None if text is None else make(text)

    return apply


def _json(value: Any) -> Any:
    if type(value) is not str:
        return value  # some send the same field as JSON and as text
    if not value.strip():
        return None
    try:
        return decode(value, largest=LONGEST)
    except Undecodable as problem:
        raise Unfit("not JSON", f"a text that should hold JSON is {problem.words}") from None


def _form(value: Any) -> Any:
    return form_fields(value) if type(value) is str and value else value


def _sorted(value: Any) -> Any:
    return sorted(filter(None, map(word_of_value, value))) if type(value) is list else value


def _only(value: Any) -> Any:
    """A list of one element; of several, nothing tells which is meant."""
    return value if type(value) is list and len(value) == 1 else None


def last_of_path(text: str) -> str | None:
    """The name at the end of a path; of a link, where it has an ending: what stands behind its path may be a token."""
    return linked_name(text) if "://" in text else bare_name(text)


def _with_ending(text: str) -> str | None:
    """A text that ends as a file name does: that of a known kind of file."""
    before, dot, ending = text.rpartition(".")
    is_name = dot and before.strip(" .") and "\n" not in text and "://" not in text
    return text if is_name and is_known_extension(ending.lower()) else None


SIMPLE: dict[str, Filter] = {
    "last-of-path": _of_text(last_of_path),
    "with-ending": _of_text(_with_ending),
    "json": _json,
    "form": _form,
    "lower": _of_text(str.lower),
    "strip": _of_text(lambda text: text.strip() or None),
    "sort": _sorted,
    "only": _only,
}
"""Filters that take nothing."""


def _after(mark: str) -> Filter:
    return _of_text(lambda text: text.partition(mark)[2] or None if mark in text else text)


def _before(mark: str) -> Filter:
    return _of_text(lambda text: text.partition(mark)[0] or None)


def _split(mark: str) -> Filter:
    return _of_text(lambda text: [part for part in text.split(mark) if part])


def _join(mark: str) -> Filter:
    def apply(value: Any) -> Any:
        return mark.join(filter(None, map(word_of_value, value))) or None if type(value) is list else value

    return apply


WITH_TEXT: dict[str, Callable[[str], Filter]] = {"after": _after, "before": _before, "split": _split, "join": _join}
"""Filters that take a text: `after:'whatsapp:'`."""

NAMES = (*SIMPLE, *(f"{name}:'…'" for name in WITH_TEXT))
