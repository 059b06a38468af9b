"""Names that nothing has: several in one word, a tag or an agent for an inbox, an account by its channel alone."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from occ_media_cli.cli.mending.command_words import nouns_meant
from occ_media_cli.cli.mending.commands_meant import listing_of
from occ_media_cli.cli.param_kinds import takes_many
from occ_media_cli.cli.placeholders import in_advice, on_page

if TYPE_CHECKING:
    from occ_media_cli.cli.mending.typed_line import TypedLine, TypedPart
    from occ_media_cli.cli.mending.values_meant import Values

_NAMED = (
    "inbox",
    "agent",
    "channel",
    "account",
    "tag",
    "hold",
    "plan",
    "waiting plan",
    "approved plan",
    "document",
    "rule",
    "preset",
)
EVERY = frozenset(("all", "*", "every", "everything", "alle", "any", "each", "todos", "tous"))


def names_meant(line: TypedLine, values: Values) -> list[list[str]]:
    """The lines that the first name which nothing has may mean, the surest first."""
    for place, part in enumerate(line.parts):
        if part.role not in ("value", "argument") or part.item is None:
            continue
        kind = line.kind(part.item)
        if kind not in _NAMED or (values.fits(kind, part.text) and kind != "account"):
            continue
        if part.text in on_page(part.item) or part.text in in_advice():  # it stands for a name of the user's own
            continue
        for mend in (
            _between,
            _newest,
            several,
            _every,
            _account,
            _same_letters,
            _as_text,
            _as_tag,
            _as_other,
            _as_noun,
        ):
            found = mend(line, values, place, part, str(kind))
            if found:
                return found
    return []


def _between(line: TypedLine, values: Values, place: int, part: TypedPart, kind: str) -> list[list[str]]:
    """`set vip and lab` without the word between."""
    return (
        [line.without(place)]
        if part.text.casefold() in ("and", "&", "+", "und", "et") and takes_many(part.item)
        else []
    )


def _newest(line: TypedLine, values: Values, place: int, part: TypedPart, kind: str) -> list[list[str]]:
    """`retention approve last` with the id of the newest plan."""
    last = part.text.casefold() in ("last", "latest", "newest") and "plan" in kind
    names = values.names(kind) if last else ()
    return [line.put(place, names[0])] if names else []


def several(line: TypedLine, values: Values, place: int, part: TypedPart, kind: str) -> list[list[str]]:
    """`a,b` as two."""
    words = [word.strip() for word in part.text.replace(";", ",").split(",") if word.strip()]
    if len(words) < 2 or not takes_many(part.item) or not all(values.fits(kind, word) for word in words):
        return []
    if part.role == "argument":
        return [line.put(place, *words)]
    told = [text for word in words for text in (part.item.opts[0], word)]
    return [line.put(place - 1, *told, instead=2)]


def _every(line: TypedLine, values: Values, place: int, part: TypedPart, kind: str) -> list[list[str]]:
    """`all` as `--all`, or every name where there is no such option; of what only looks, nothing narrows it."""
    if part.text.casefold() not in EVERY or kind != "inbox":
        return []
    item = line.option("--all")
    if item is not None and part.role == "argument":
        return [line.put(place, "--all")]
    if part.role == "argument":
        return [line.without(place)] if not part.item.required else []
    return [line.without(place - 1, place)] if not part.item.required else []


def _account(line: TypedLine, values: Values, place: int, part: TypedPart, kind: str) -> list[list[str]]:
    """A channel alone as the account of it that the inbox has."""
    if kind != "account":
        return []
    inbox = next((text for item in line.arguments for text in line.given(item) if line.kind(item) == "inbox"), None)
    there = values.names("account", inbox)
    if part.text in there:
        return []
    begun = [name for name in there if name.partition(":")[0] == part.text or name.partition(":")[2] == part.text]
    return [line.put(place, name) for name in begun]


def _same_letters(line: TypedLine, values: Values, place: int, part: TypedPart, kind: str) -> list[list[str]]:
    """`buero` as `büro`, `Key Accounts` as `key-accounts`."""
    same = [name for name in values.names(kind) if name != part.text and _folded(name) & _folded(part.text)]
    return [line.put(place, same[0])] if len(same) == 1 else []


def _folded(name: str) -> frozenset[str]:
    """How a name is written on keyboards without its letters: without marks, and as people of the language spell it."""
    plain = name.casefold().replace(" ", "-").replace("_", "-")
    spelled = plain
    for letter, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("å", "aa"), ("æ", "ae"), ("ø", "oe")):
        spelled = unicodedata.normalize("NFC", spelled).replace(letter, letters)
    marks = unicodedata.normalize(
        "NFD", plain.replace("ß", "ss").replace("ø", "o").replace("æ", "ae").replace("ł", "l")
    )
    return frozenset((spelled, "".join(each for each in marks if not unicodedata.combining(each))))


def _as_text(line: TypedLine, values: Values, place: int, part: TypedPart, kind: str) -> list[list[str]]:
    """Words of a reason that nobody put into quotation marks, or one in them that lacks its option."""
    before = line.parts[place - 1]
    if part.role == "argument" and before.role in ("value", "argument") and before.item is not None:
        start = place
        while line.parts[start - 1].role == "argument" and not values.fits(kind, line.parts[start - 1].text):
            start -= 1
        lead = line.parts[start - 1]
        if lead.role == "value" and line.kind(lead.item) == "text":
            end = place
            while (
                end < len(line.parts)
                and line.parts[end].role == "argument"
                and not values.fits(kind, line.parts[end].text)
            ):
                end += 1
            words = [each.text for each in line.parts[start - 1 : end]]
            return [line.put(start - 1, " ".join(words), instead=len(words))]
    reason = line.option("--reason")
    if part.role == "argument" and " " in part.text and reason is not None and not line.is_given(reason):
        return [line.put(place, "--reason", part.text)]
    return []


def _as_tag(line: TypedLine, values: Values, place: int, part: TypedPart, kind: str) -> list[list[str]]:
    """A tag where an inbox should stand: the inboxes that have it."""
    if kind != "inbox" or line.option("--tag") is None or part.role != "argument":
        return []
    tags = [tag for tag in values.names("tag") if part.text in (tag, f"{tag}s") or tag == f"{part.text}s"]
    return [line.put(place, "--tag", tags[0])] if len(tags) == 1 else []


def _as_other(line: TypedLine, values: Values, place: int, part: TypedPart, kind: str) -> list[list[str]]:
    """The name of something else, for which the command has an option: `show mona` as `show --agent mona`."""
    if part.role != "argument" or part.item.required:
        return []
    for item in line.options:
        other = line.kind(item)
        told = other in ("agent", "channel", "tag", "rule") and other != kind and not line.is_given(item)
        if told and values.fits(other, part.text):
            return [line.put(place, item.opts[0], part.text)]
    return []


def _as_noun(line: TypedLine, values: Values, place: int, part: TypedPart, kind: str) -> list[list[str]]:
    """`show agents` as `agent list`: a noun where a name should stand."""
    from occ_media_cli.cli.command_tree import command_line

    if line.path != ["show"] or part.role != "argument":
        return []
    commands = command_line().commands
    for noun in nouns_meant(part.text, commands):
        listed = listing_of(noun, commands[noun])
        if listed:
            return [line.put(place - 1, *listed, instead=2)]
    return []
