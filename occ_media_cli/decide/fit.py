"""Who takes a file as it is, and what is the least that would make it fit elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.convert.goal import Goal
from occ_media_cli.convert.ways import way_for
from occ_media_cli.media.channels.channel_judge import as_it_is, channel_problems
from occ_media_cli.media.channels.profile import ANY, ChannelRule, Needs, Profile
from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.judge import MORE_THAN_PLAIN, file_problems, table_problems
from occ_media_cli.media.problems import Problem, without_vain_copies
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.types import BY_TYPE, extension_of
from occ_media_cli.vocabulary import MEDIA_CATEGORIES, Severity

if TYPE_CHECKING:
    from occ_media_cli.decide.fit_copy import WrittenCopy

PRODUCT = "product table"

_OF_THE_FILE = {
    "macro-enabled": "remove the macro or template: save it as a plain .{plain}",
    "damaged": "send the original again",
    "empty-file": "send the original again",
    "name-deceptive": "rename it to what it is",
    "trailing-data": "save it again with the program that made it",
}
_PREFERRED = {
    "image": ("jpg", "png", "gif"),
    "audio": ("ogg", "m4a", "mp3", "aac", "amr"),
    "video": ("mp4", "3gp"),
    "document": ("pdf",),
}
_CODED = {
    "ogg": "ogg with Opus",
    "mp4": "mp4 with H.264 and AAC",
    "3gp": "mp4 with H.264 and AAC",
    "m4a": "m4a with AAC",
}


_FILMS = frozenset(("mp4", "3gp"))


class Fit(NamedTuple):
    """One target. as_is: how it is taken, or why not. fix: the nearest fix, empty where none is needed."""

    target: str
    takes: bool
    as_is: str
    fix: str
    problems: tuple[Problem, ...]


class Fitted(NamedTuple):
    """One file and all its targets; without a recognition `unreadable` says why.

    written: the copy that fits, where one was asked for and made. reason: why none was written; `as_it_is` where the
    file fits already. Both are empty where none was asked for.
    """

    path: str
    known: Recognition | None
    unreadable: str | None
    fits: tuple[Fit, ...]
    written: WrittenCopy | None = None
    reason: str = ""
    as_it_is: bool = False


def fits(
    recognised: Recognition, name: str, profiles: tuple[Profile, ...], path: str, *, table: bool = True
) -> list[Fit]:
    """The product's table, unless `table` is off, and each profile, for a file that an agent wants to send."""
    of_file = file_problems(recognised, name, path)
    own = [each for each in of_file if each.severity is Severity.ERROR]
    found = [_product(recognised, name, own, path)] if table else []
    found += [_channel(recognised, name, profile, own, path) for profile in profiles]
    return [each._replace(problems=tuple(without_vain_copies(each.problems, of_file))) for each in found]


def _product(recognised: Recognition, name: str, own: list[Problem], path: str) -> Fit:
    problems = [*own, *table_problems(recognised, name, "send", path)]
    errors = [each for each in problems if each.severity is Severity.ERROR]
    row = BY_TYPE.get(recognised.type or "")
    if not errors and row is not None:
        ways = "" if row.receive else "send only, "
        return Fit(PRODUCT, True, f"{ways}up to {row.limit_mb} MB", "", tuple(problems))

    def limit_of(kind: str) -> str:
        return f"{BY_TYPE[kind].limit_mb} MB" if kind in BY_TYPE else ""

    renamed = table_problems(recognised, _honest(recognised), "send")
    fix = _fix(errors[0], _errors(renamed), recognised, name, tuple(BY_TYPE), limit_of)
    return Fit(PRODUCT, False, errors[0].message, fix, tuple(problems))


def _channel(recognised: Recognition, name: str, profile: Profile, own: list[Problem], path: str) -> Fit:
    problems = [*own, *channel_problems(recognised, name, profile, "send", path)]
    errors = [each for each in problems if each.severity is Severity.ERROR]
    rule = None if errors else as_it_is(recognised, name, profile, "send")
    if rule is not None:
        advice = next((each for each in problems if each.code == "channel-advice"), None)
        fix = _advised(advice.message) if advice else ""
        return Fit(profile.name, True, _taken(rule, recognised), fix, tuple(problems))
    if not errors:
        return Fit(profile.name, True, "nothing is known about it", "", tuple(problems))
    types = tuple(
        kind
        for each in profile.rules
        if each.covers("send") and each.sent_as != "sticker"
        for kind in each.types
        if kind not in profile.refused
    )

    def limit_of(kind: str) -> str:
        if kind in DESCRIBED:
            rule = rule_for_copy(recognised, kind, profile)
        else:  # nobody knows what it is, and it stays that
            rule = next((each for each in profile.rules if each.covers("send") and ANY in each.types), None)
        return rule.limit.stated if rule is not None and rule.limit is not None else ""

    renamed = channel_problems(recognised, _honest(recognised), profile, "send")
    fix = _fix(errors[0], _errors(renamed), recognised, name, types, limit_of)
    return Fit(profile.name, False, errors[0].message.removeprefix(f"{profile.name} "), fix, tuple(problems))


def rule_for_copy(known: Recognition, kind: str, profile: Profile) -> ChannelRule | None:
    """The rule by which a channel would take a copy of this type: one for the type before one for any."""
    if kind in profile.blocked_extensions or profile.refused.intersection((kind, DESCRIBED[kind].category)):
        return None
    fit = [rule for rule in profile.rules if rule.covers("send") and _is_like(rule.needs, known, kind)]
    return next(
        (rule for wanted in (kind, ANY) for rule in fit if wanted in rule.types and rule.sent_as != "sticker"), None
    )


def _is_like(needs: Needs, known: Recognition, kind: str) -> bool:
    """Whether a rule is for something that moves, has a picture or sounds as a copy of this file would."""
    film = kind in _FILMS and known.facts.get("video_codecs") != []
    if needs.picture is False and film:
        return False
    if needs.pixels is not None or needs.sound is False:
        return False
    moves = bool(known.facts.get("animated")) and kind in ("gif", "webp", "png")
    return needs.animated is None or needs.animated == moves


def _taken(rule: ChannelRule, recognised: Recognition) -> str:
    how = "" if rule.sent_as in ("any", "file", "other", "message", recognised.category) else f"as {rule.sent_as}, "
    return f"{how}up to {rule.limit.stated}" if rule.limit else how.rstrip(", ") or "any size"


def _errors(problems: list[Problem]) -> list[Problem]:
    return [each for each in problems if each.severity is Severity.ERROR]


def _honest(recognised: Recognition) -> str:
    """A name that says what the file is."""
    return f"a.{recognised.type}"


def _fix(
    problem: Problem,
    honest: list[Problem],
    recognised: Recognition,
    name: str,
    types: tuple[str, ...],
    limit_of: Callable[[str], str],
) -> str:
    """honest: what would still be wrong if the file had the name of what it is. limit_of: up to how many bytes a copy
    of a type is taken, as it is stated; empty where nothing is."""
    kind, category = recognised.type or "", recognised.category or ""
    if problem.code == "macro-enabled":
        return _OF_THE_FILE["macro-enabled"].format(plain=MORE_THAN_PLAIN.get(kind, "docx"))
    if problem.code in _OF_THE_FILE:
        return _OF_THE_FILE[problem.code]
    if problem.code == "type-mismatch":
        if kind and not honest:
            return f"name it .{kind}"
        if honest and honest[0].code != "type-mismatch":
            return _fix(honest[0], [], recognised, name, types, limit_of)
        return _named(_become(recognised, types)) or f"send a real .{extension_of(name)}"
    if problem.code == "over-limit":
        if category in MEDIA_CATEGORIES:
            made = kind if kind in types or category != "image" else _become(recognised, types) or kind
            limit = limit_of(made) or limit_of(kind)
            return f"{_named(made) if made != kind else made} below {limit}"
        limit = limit_of(kind)
        return f"split it, or save it below {limit}" if limit else "send a link to it"
    if problem.code == "codec-unsupported":
        coded = {kind: _CODED[kind]} if kind in _CODED and (kind in types or kind == "3gp") else {}
        return f"re-encode to {coded[kind]}" if coded else f"save it as {_named(_become(recognised, types)) or kind}"
    if kind in types and "name" in problem.message:
        return "give it a shorter name"
    other = _become(recognised, types)
    if kind and kind in MORE_THAN_PLAIN and MORE_THAN_PLAIN[kind] in types:
        return _OF_THE_FILE["macro-enabled"].format(plain=MORE_THAN_PLAIN[kind])
    if other:
        limit = limit_of(other)
        return f"{_named(other)} below {limit}" if limit else _named(other)
    return "send a link to it"


def _become(recognised: Recognition, types: tuple[str, ...]) -> str:
    """The nearest type of the same category that is taken, other than what the file is."""
    for kind in preferred_types(recognised, types):
        if recognised.category == "image" and way_for(recognised, Goal(kind, 1)) is None:
            continue  # nothing here makes one, and many a program does not either
        if kind != recognised.type or (kind == "png" and recognised.facts.get("alpha")):
            return kind
    return ""


def _named(kind: str) -> str:
    """A type with the codecs that it should have."""
    return _CODED.get(kind, kind)


def preferred_types(recognised: Recognition, types: Container[str]) -> tuple[str, ...]:
    """What a file may become, of the types that are taken: the nearest first. A JPEG would lose what shows through, so
    a PNG goes before it where something does."""
    found = [kind for kind in _nearest_kinds(recognised) if kind in types]
    if recognised.facts.get("alpha") and "jpg" in found and "png" in found:
        found = ["png", *(kind for kind in found if kind != "png")]
    return tuple(found)


def _nearest_kinds(recognised: Recognition) -> tuple[str, ...]:
    """The types that are like a file, whoever takes them: a picture that moves is a film, and a film without a picture
    is sound."""
    category, facts = recognised.category or "", recognised.facts
    if category == "video" and facts.get("video_codecs") == [] and facts.get("audio_codecs"):
        category = "audio"
    if category == "image" and facts.get("animated"):
        category = "video"
    return _PREFERRED.get(category, ())


def _advised(message: str) -> str:
    if "moov" in message:
        return "better: move the index (moov) to the front"
    if "High profile" in message:
        return "better: Main profile without B-frames"
    if "mono" in message:
        return "better: mono"
    if "advises" in message:
        return f"better: {message.partition('advises ')[2]}"
    return ""


def described(recognised: Recognition) -> str:
    """`webp image`, `an MP4 video`: type and category, for a heading."""
    if recognised.type in BY_TYPE:
        return f"{recognised.type} {recognised.category}"
    if recognised.type in DESCRIBED:
        return DESCRIBED[recognised.type].description
    return recognised.description
