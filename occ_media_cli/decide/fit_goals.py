"""What a file has to become so that everybody takes it who is asked about. Pure.

A target is one channel, or everything that holds for an inbox (the product's table and each of its channels), or only a
size. Of what these say one goal is made for each type that all of them take: the smallest of their limits, and all that
their rules need and advise.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from occ_media_cli.convert.goal import Goal
from occ_media_cli.convert.ways import way_for
from occ_media_cli.decide.check import problems_for
from occ_media_cli.decide.fit import PRODUCT, preferred_types, rule_for_copy
from occ_media_cli.decide.policy import Policy
from occ_media_cli.media.channels.channel_judge import as_it_is, bytes_within, find_unmet_advice
from occ_media_cli.media.channels.profile import Needs, Profile
from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.problems import NO_COPY_MENDS, Problem
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.types import BY_TYPE, extension_of, type_of_extension
from occ_media_cli.report import words
from occ_media_cli.values import replace, value
from occ_media_cli.vocabulary import MEDIA_CATEGORIES, Severity

N = TypeVar("N", int, float)

_MADE = frozenset(
    ("jpg", "png", "gif", "webp", "pdf", "docx", "xlsx", "pptx", "mp4", "3gp", "ogg", "m4a", "mp3", "aac", "amr")
)
"""Types that a copy may keep: a recording without loss does not get smaller by being made again."""

_MENDED = frozenset(("moov-first", "no-high-b-frames", "aac", "mono"))
"""Advice of a channel that a copy keeps to, for which one is made although the file would be taken."""

_WITHOUT_LOSS = frozenset(("bmp", "tif", "gif", "ico", "png"))
"""Pictures that never lost anything, so that a PNG may be nearer to them than any JPEG; some WebP besides."""

_ANY_SIZE = 1 << 40


@value
class FitTarget:
    """Who is to take a file from an agent. table: the product's table counts. most: bytes that somebody asked for, at
    most, None where nobody did."""

    table: bool = False
    profiles: tuple[Profile, ...] = ()
    most: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Who takes what passes."""
        return (*((PRODUCT,) if self.table else ()), *(profile.name for profile in self.profiles))

    @property
    def longest_name(self) -> int | None:
        """Characters of a name that all take, None for any."""
        return _least(rule.needs.name_length for profile in self.profiles for rule in profile.rules)


@value
class FitPlan:
    """What to do for a file.

    fits: it is taken as it is. goals: what to try, the best first; for a file that fits, what would be better still.
    renamed: nothing is wrong with it but its name, and this is the ending that it should have. reason: why there is
    nothing to try.
    """

    fits: bool = False
    goals: tuple[Goal, ...] = ()
    renamed: str | None = None
    reason: str = ""


def plan_fit(known: Recognition, path: str, target: FitTarget, floor: float) -> FitPlan:
    """What to do so that a file passes a strict check for the target. floor: as of `Goal`."""
    wrong = find_refusals(known, path, target)
    if not wrong:
        goals = _goals(known, target, floor) if _is_advised(known, path, target) else ()
        return FitPlan(fits=True, goals=tuple(goal for goal in goals if goal.type == known.type))
    stays = next((each for each in wrong if each.code in NO_COPY_MENDS), None)
    if stays is not None:
        return FitPlan(reason=stays.message)
    if known.type is None:
        return FitPlan(reason=f"it is {known.description}" if known.description else "nobody knows what it is")
    if known.type == "txt" and _claims_more_than_text(path):
        return FitPlan(reason=f"it is {known.description}, and holds nothing of what its name says")
    longest = target.longest_name
    honest = f"a.{known.type}" if longest is None or longest > 4 else path.rpartition("/")[2]
    if not find_refusals(known, honest, target):
        return FitPlan(renamed=known.type)
    goals = _goals(known, target, floor)
    return FitPlan(goals=goals, reason="" if goals else _why_none(known, target, wrong[0]))


def _claims_more_than_text(path: str) -> bool:
    """Whether a name says that there is a sound, a film or a picture in it: a text under another name is no answer."""
    ending = extension_of(path.rpartition("/")[2])
    claimed = type_of_extension(ending) or ending
    return claimed in DESCRIBED and DESCRIBED[claimed].category in MEDIA_CATEGORIES


def find_refusals(known: Recognition, path: str, target: FitTarget) -> list[Problem]:
    """Why a strict check would refuse a file for the target, its warnings included; nothing where it passes."""
    policy = Policy("send", table=target.table, profiles=target.profiles, strict=True)
    found = [each for each in problems_for(known, path, policy) if each.severity is Severity.ERROR]
    if target.most is not None and known.size > target.most:
        size, most = words.size_and_limit(known.size, target.most, words.size(target.most))
        found.append(Problem("over-limit", Severity.ERROR, f"{size}, over the {most} that were asked for"))
    return found


def _is_advised(known: Recognition, path: str, target: FitTarget) -> bool:
    """Whether a channel takes a file and says how it would be better."""
    rules = (as_it_is(known, path.rpartition("/")[2], profile, "send") for profile in target.profiles)
    return any(_MENDED.intersection(find_unmet_advice(known, rule)) for rule in rules if rule is not None)


def _goals(known: Recognition, target: FitTarget, floor: float) -> tuple[Goal, ...]:
    types = _types(known, target)
    found = [_goal(known, kind, target, floor) for kind in types]
    if "jpg" in types and "png" in types[types.index("jpg") :]:  # it may be drawn, which only its pixels tell
        exact = found[types.index("png")]
        found.insert(0, replace(exact, exact=True) if exact is not None else None)
    return tuple(goal for goal in found if goal is not None and way_for(known, goal) is not None)


def _types(known: Recognition, target: FitTarget) -> list[str]:
    """The types to try: what the file is already, where it can be made again, then what is nearest to it. A 3GP is
    made an MP4 wherever that is taken: more players know it."""
    kind = known.type or ""
    taken = {each for each in _MADE if _is_taken(known, each, target)}
    found = list(dict.fromkeys((*((kind,) if kind in taken and kind != "3gp" else ()), *preferred_types(known, taken))))
    if "jpg" in found:
        drawn = kind in ("gif", "ico") or bool(known.facts.get("lossless"))
        needed = {kind, "png" if known.facts.get("alpha") or drawn or kind in _WITHOUT_LOSS else kind}
        found = [each for each in found if each not in ("png", "gif") or each in needed]
        if drawn and "png" in found:  # it keeps its pixels, where that is small enough
            found.insert(found.index("jpg"), found.pop(found.index("png")))
    return [each for each in found if each != "3gp" or "mp4" not in found]


def _is_taken(known: Recognition, kind: str, target: FitTarget) -> bool:
    if target.table and not (kind in BY_TYPE and BY_TYPE[kind].send):
        return False
    return all(rule_for_copy(known, kind, profile) is not None for profile in _asked(target))


def _asked(target: FitTarget) -> Iterator[Profile]:
    """The channels that say anything of what agents send."""
    return (profile for profile in target.profiles if "send" in profile.directions())


def _goal(known: Recognition, kind: str, target: FitTarget, floor: float) -> Goal | None:
    """Everything that all say of a type, as one goal; None where they contradict each other."""
    rules = [rule for profile in _asked(target) if (rule := rule_for_copy(known, kind, profile)) is not None]
    limits = [bytes_within(rule.limit, rule) for rule in rules if rule.limit is not None]
    if target.table:
        limits.append(BY_TYPE[kind].passes_exactly)
    if target.most is not None:
        limits.append(target.most)
    needs = join_needs([rule.needs for rule in rules])
    if needs is None:
        return None
    advice = tuple(dict.fromkeys(each for rule in rules for each in rule.advice))
    return Goal(kind, min(limits, default=_ANY_SIZE), needs, advice, floor)


def join_needs(some: list[Needs]) -> Needs | None:
    """What content must be like that meets all of some needs; None where nothing can."""
    both: dict[str, tuple[str, ...] | None] = {}
    for name in ("audio_codecs", "video_codecs", "colours"):
        stated: list[tuple[str, ...]] = [each for needs in some if (each := getattr(needs, name)) is not None]
        both[name] = tuple(word for word in stated[0] if all(word in each for each in stated)) if stated else None
        if stated and not both[name]:
            return None
    moving = {needs.animated for needs in some} - {None}
    if len(moving) > 1:
        return None
    return Needs(
        audio_codecs=both["audio_codecs"],
        video_codecs=both["video_codecs"],
        colours=both["colours"],
        audio_streams=_least(needs.audio_streams for needs in some),
        channels=_least(needs.channels for needs in some),
        bits=_least(needs.bits for needs in some),
        pixel_sum=_least(needs.pixel_sum for needs in some),
        ratio=_least(needs.ratio for needs in some),
        name_length=_least(needs.name_length for needs in some),
        animated=next(iter(moving), None),
    )


def _least(numbers: Iterator[N | None]) -> N | None:
    return min((each for each in numbers if each is not None), default=None)


def _why_none(known: Recognition, target: FitTarget, wrong: Problem) -> str:
    several = [FitTarget(target.table)] if target.table else []
    several += [FitTarget(profiles=(profile,)) for profile in target.profiles]
    if len(several) > 1:
        alone = [
            each.names[0]
            for each in several
            if find_refusals(known, f"a.{known.type}", each) and not _goals(known, each, 0)
        ]
        if not alone:
            return f"each of {', '.join(target.names)} would take a copy, and none that all of them take can be made"
        takes = "takes" if len(alone) == 1 else "take"
        return f"{wrong.message}, and {', '.join(alone)} {takes} nothing that can be made of {known.description}"
    taken = sorted(each for each in _MADE if _is_taken(known, each, target))
    if not taken:
        return f"no type that a copy could have is taken by {', '.join(target.names)}"
    return f"{wrong.message}, and there is no way to make {known.description} fit"
