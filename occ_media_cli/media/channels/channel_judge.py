"""Will a channel take this file? What was recognised, held against a profile. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from occ_media_cli.media.channels.profile import ANY, ChannelRule, Profile, SizeLimit
from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.problems import MADE_FIT, Problem, fit_command
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.types import extension_of, type_of_extension
from occ_media_cli.report import words
from occ_media_cli.vocabulary import DIRECTIONS, Severity

_CODECS = {
    "opus": "Opus", "vorbis": "Vorbis", "flac": "FLAC", "speex": "Speex", "h264": "H.264", "hevc": "HEVC", "vp9": "VP9",
    "vp8": "VP8", "av1": "AV1", "h263": "H.263", "mpeg4": "MPEG-4 Visual", "aac": "AAC", "alac": "ALAC", "mp3": "MP3",
    "amr-nb": "AMR", "amr-wb": "AMR-WB", "mjpeg": "Motion JPEG", "ac3": "AC-3", "eac3": "E-AC-3",
}  # fmt: skip
_CODEC, _SHAPE = "codec-unsupported", "channel-unsupported"
_LOOSE = frozenset((None, "txt", "xml", "zip"))
_ARTICLE = {"audio": "audio", "any": "a file", "voice": "a voice message"}


def channel_problems(
    recognised: Recognition, name: str, profile: Profile, direction: str | None = None, path: str | None = None
) -> list[Problem]:
    """What a channel has to say. Without a direction the better of the two that the profile knows is taken.

    A direction of which the profile says nothing is not judged.
    """
    shown = path or name
    known = profile.directions()
    ways = [way for way in ([direction] if direction else DIRECTIONS) if way in known]
    if not ways or recognised.size == 0:
        return []
    extension = extension_of(name)
    if extension in profile.blocked_extensions:
        message = f"{profile.name} blocks .{extension}"
        return [Problem("channel-unsupported", Severity.ERROR, message, "share a link to it", profile.name)]
    blocked = sorted(profile.blocked_extensions.intersection(_inside(recognised)))
    if blocked:
        message = f"{profile.name} blocks .{blocked[0]}, and one is inside"
        return [Problem("channel-unsupported", Severity.ERROR, message, "share a link to it", profile.name)]
    by_way = {way: _one_way(recognised, name, profile, way, shown) for way in ways}
    best = min(by_way, key=lambda way: _rank(by_way[way]))
    found = by_way[best]
    if direction is None and len(ways) == 2 and _refuses(found) != any(_refuses(each) for each in by_way.values()):
        found = [
            *found,
            Problem(f"{best}-only", Severity.NOTE, f"{profile.name} takes it to {best} only", "", profile.name),
        ]
    return found


def as_it_is(recognised: Recognition, name: str, profile: Profile, direction: str) -> ChannelRule | None:
    """The rule by which a channel takes a file as it is, or None."""
    if extension_of(name) in profile.blocked_extensions:
        return None
    ways = (
        (rule, _by_rule(recognised, name, profile, rule, ""))
        for rule in _candidates(recognised, name, profile, direction)
    )
    return next((rule for rule, found in ways if not _refuses(found)), None)


def _one_way(recognised: Recognition, name: str, profile: Profile, direction: str, shown: str) -> list[Problem]:
    candidates = list(_candidates(recognised, name, profile, direction))
    if not candidates and _is_refused_for_itself(recognised, name):
        return []  # whether the channel takes what it was meant to be, nobody can know
    if not candidates:
        return [_unsupported(recognised, name, profile, direction, shown)]
    tried = [(rule, _by_rule(recognised, name, profile, rule, shown)) for rule in candidates]
    rule, found = min(tried, key=lambda each: _choice(each[1]))
    first = candidates[0].sent_as
    if rule.sent_as != first and not _refuses(found) and _refuses(tried[0][1]):
        message = f"{profile.name} takes it as {_a(rule.sent_as)}, not as {_a(first)}"
        found = [*found, Problem("channel-advice", Severity.NOTE, message, "", profile.name)]
    return found


def _is_refused_for_itself(recognised: Recognition, name: str) -> bool:
    """Whether a file that is not known is refused already, by what it is and what its name says, whoever takes it."""
    if recognised.type is not None:
        return False
    return type_of_extension(extension_of(name)) is not None or any(
        seen.bad or seen.code == "damaged" for seen in recognised.observations
    )


def _candidates(recognised: Recognition, name: str, profile: Profile, direction: str) -> Iterator[ChannelRule]:
    kinds = {recognised.type} if recognised.type else set()
    extension = extension_of(name)
    if recognised.type in _LOOSE and extension not in DESCRIBED:
        kinds.add(extension)
    if profile.refused.intersection(kinds) or recognised.category in profile.refused:
        return
    rules = [rule for rule in profile.rules if rule.covers(direction)]
    yield from (rule for rule in rules if kinds.intersection(rule.types))
    yield from (rule for rule in rules if ANY in rule.types)


def _unsupported(recognised: Recognition, name: str, profile: Profile, direction: str, shown: str) -> Problem:
    kind = recognised.type or extension_of(name) or "such a file"
    way = "" if len(profile.directions()) == 1 else f" to {direction}"
    takes = sorted({each for rule in profile.rules if rule.covers(direction) for each in rule.types})
    same = [each for each in takes if each in DESCRIBED and DESCRIBED[each].category == recognised.category]
    help_ = fit_command(shown, profile.name) if same and recognised.type in MADE_FIT else "send a link to it"
    if not same and recognised.category == "document" and "pdf" in takes:
        help_ = "save it as a PDF"
    return Problem(
        "channel-unsupported", Severity.ERROR, f"{profile.name} does not take {kind}{way}", help_, profile.name
    )


def _by_rule(recognised: Recognition, name: str, profile: Profile, rule: ChannelRule, shown: str) -> list[Problem]:
    fit = fit_command(shown, profile.name) if recognised.type in MADE_FIT else "send a link to it"
    found = [
        Problem(code, Severity.ERROR, f"{profile.name} {message}", help_ or fit, profile.name)
        for code, message, help_ in (*_coding(recognised, rule), *_shape(recognised, name, rule))
    ]
    if rule.limit is not None:
        found += _size(recognised.size, rule.limit, rule, profile, fit)
    found += [
        Problem("channel-advice", Severity.NOTE, f"{profile.name} {message}", help_ or fit, profile.name)
        for _, message, help_ in _advice(recognised, rule)
    ]
    return found


def find_unmet_advice(recognised: Recognition, rule: ChannelRule) -> tuple[str, ...]:
    """What a channel advises by a rule and a file does not keep to, as the rule words it (`moov-first`)."""
    return tuple(advice for advice, _, _ in _advice(recognised, rule))


def bytes_within(limit: SizeLimit, rule: ChannelRule) -> int:
    """How many bytes a file may have so that nothing is said of its size: those that surely pass, counted back from
    their encoded form where the limit counts that."""
    return limit.near * 57 // 78 if rule.encoding == "base64" else limit.near


def _size(size: int, limit: SizeLimit, rule: ChannelRule, profile: Profile, fit: str) -> list[Problem]:
    counted = (
        -(-size * 78 // 57) if rule.encoding == "base64" else size
    )  # 57 bytes make a line of 76 letters and its end
    encoded = f", {words.size(counted)} as base64" if counted != size else ""
    if counted > limit.at_most:
        shown, stated = words.size_and_limit(counted if encoded else size, limit.at_most, limit.stated)
        if encoded:
            shown = f"{words.size(size)}{encoded}"
        what = "" if rule.sent_as in ("any", "file", "other") else f" for {rule.sent_as}"
        message = f"{shown}, over the {stated} limit of {profile.name}{what}"
        return [Problem("over-limit", Severity.ERROR, message, fit, profile.name)]
    if counted > limit.near:
        message = f"{size:,} bytes{encoded}, over {limit.stated} of {profile.name} if that means {limit.near:,} bytes"
        return [Problem("size-near-limit", Severity.WARNING, message, "stay a little smaller to be sure", profile.name)]
    return []


def _coding(recognised: Recognition, rule: ChannelRule) -> Iterator[tuple[str, str, str]]:
    """(code, what is not coded as the rule needs it, the help where it is not the command of `fit_command`)."""
    facts, needs, kind = recognised.facts, rule.needs, recognised.type or ""
    video, audio = _list(facts.get("video_codecs")), _list(facts.get("audio_codecs"))
    if not video and not audio:
        audio = _list(facts.get("codecs"))
    for wanted, seen in ((needs.video_codecs, video), (needs.audio_codecs, audio)):
        wrong = [codec for codec in seen if wanted is not None and codec not in wanted]
        if wanted is not None and wrong:
            yield _CODEC, f"takes {kind} with {_either(wanted)}, and this is {codec_name(wrong[0])}", ""
    if needs.audio_streams is not None and len(audio) > needs.audio_streams:
        yield _CODEC, f"takes {words.plural(needs.audio_streams, 'audio stream')}, and this has {len(audio)}", ""
    channels = _number(facts.get("channels"))
    if needs.channels is not None and channels > needs.channels:
        most = "mono" if needs.channels == 1 else words.plural(needs.channels, "channel")
        yield _CODEC, f"takes {most} only, and this has {channels} channels", ""
    if needs.bits is not None and _number(facts.get("bits")) > needs.bits:
        yield _CODEC, f"takes {needs.bits} bits a sample, and this has {facts.get('bits')}", ""
    if needs.colours is not None and facts.get("colour") is not None and facts.get("colour") not in needs.colours:
        yield _CODEC, f"takes RGB images, and this is {str(facts.get('colour')).upper()}", ""


def _shape(recognised: Recognition, name: str, rule: ChannelRule) -> Iterator[tuple[str, str, str]]:
    """The same for what is not a matter of coding: pixels, movement, sound, the length of the name."""
    facts, needs = recognised.facts, rule.needs
    what = f"takes {recognised.type or ''} only as {_a(rule.sent_as)}"
    width, height = _number(facts.get("width")), _number(facts.get("height"))
    if width and height:
        if needs.pixels is not None and (width, height) != needs.pixels:
            wide, high = needs.pixels
            yield _SHAPE, f"{what} of {wide} x {high} pixels, and this has {width} x {height}", ""
        if needs.pixel_sum is not None and width + height > needs.pixel_sum:
            yield _SHAPE, f"lets width and height add up to {needs.pixel_sum:,}, and here it is {width + height:,}", ""
        if needs.ratio is not None and max(width, height) > needs.ratio * min(width, height):
            yield _SHAPE, f"lets one side be {needs.ratio} times the other, and this has {width:,} x {height:,}", ""
    if needs.animated is not None and bool(facts.get("animated")) != needs.animated:
        yield _SHAPE, f"{what} that {'moves' if needs.animated else 'does not move'}", ""
    if needs.picture is False and _list(facts.get("video_codecs")):
        yield _SHAPE, f"{what} without a picture", ""
    if needs.sound is False and _list(facts.get("audio_codecs")):
        yield _SHAPE, f"{what} without sound", ""
    if needs.name_length is not None and len(name) > needs.name_length:
        message = f"takes names of at most {needs.name_length} characters, and this has {len(name)}"
        yield _SHAPE, message, "give it a shorter name"


def _advice(recognised: Recognition, rule: ChannelRule) -> Iterator[tuple[str, str, str]]:
    """(the advice, what is not so, the help where it is not the command of `fit_command`)."""
    facts = recognised.facts
    codecs = _list(facts.get("audio_codecs")) or _list(facts.get("codecs"))
    if "moov-first" in rule.advice and facts.get("moov_before_mdat") is False:
        yield "moov-first", "advises the index (moov) before the content", ""
    if "no-high-b-frames" in rule.advice and str(facts.get("profile")).startswith("High") and facts.get("b_frames"):
        yield "no-high-b-frames", "says that Android clients may not play the High profile with B-frames", ""
    if "aac" in rule.advice and codecs and codecs[0] != "aac":
        yield "aac", f"implies AAC, and this is {codec_name(codecs[0])}", ""
    channels = _number(facts.get("channels"))
    if "mono" in rule.advice and channels > 1:
        yield "mono", f"says mono only on one of its pages, and this has {channels} channels", ""
    if "rgb" in rule.advice and facts.get("colour") in ("grey", "grey-alpha", "palette"):
        yield "rgb", f"states RGB or RGBA, and this is {facts.get('colour')}", "save it as RGB if it does not arrive"
    if rule.advised_bytes is not None and recognised.size > rule.advised_bytes:
        yield "bytes", f"advises {words.size(rule.advised_bytes)} or less", ""


def _inside(recognised: Recognition) -> list[str]:
    return _list(recognised.facts.get("inside"))


def _list(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def codec_name(codec: str) -> str:
    """What people call a codec ("H.264"); the word itself where nothing else is known."""
    return _CODECS.get(codec, codec)


def _either(codecs: tuple[str, ...]) -> str:
    return " or ".join(codec_name(codec) for codec in codecs)


def _a(sent_as: str) -> str:
    if sent_as in _ARTICLE:
        return _ARTICLE[sent_as]
    return f"{'an' if sent_as[0] in 'aeiou' else 'a'} {sent_as}"


def _refuses(problems: list[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _choice(problems: list[Problem]) -> tuple[int, ...]:
    """What the best rule has least of. Notes do not choose between rules that take a file: one with less advice would
    hide what the channel says of the one before it.
    """
    errors, warnings, notes = _rank(problems)
    return errors, warnings, notes if errors else 0


def _rank(problems: list[Problem]) -> tuple[int, ...]:
    return tuple(sum(problem.severity.rank == rank for problem in problems) for rank in (2, 1, 0))
