"""Reading a profile from plain mappings, whoever parsed them; a mistake carries the path of keys that leads to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from occ_media_cli.media.channels.profile import ChannelRule, Needs, Profile, SizeLimit
from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.values import replace
from occ_media_cli.vocabulary import CATEGORIES, DIRECTIONS

Path = tuple[str | int, ...]

ADVICE = ("moov-first", "no-high-b-frames", "aac", "mono", "rgb")
_UNITS = {"kB": 1_000, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
_BINARY = {"kB": 1_024, "KB": 1_024, "MB": 1_048_576, "GB": 1_073_741_824}
_PROFILE = ("title", "gathered", "notes", "sources", "rule", "blocked_extensions", "blocked_source", "blocked_note")
_NARROWING = ("base", "title", "notes", "refuse", "limits", "blocked_extensions")
_RULE = (
    "direction", "as", "types", "limit", "near_bytes", "max_bytes", "advised_bytes", "encoding", "advice", "note",
    "sources", "confidence",
)  # fmt: skip
_NEEDS = tuple(Needs.__annotations__)


class ProfileMistake(Exception):
    """Something in a profile that breaks its format."""

    def __init__(self, path: Path, what: str, hint: str, *, topic: tuple[str, ...] = ()) -> None:
        super().__init__(what)
        self.path, self.what, self.hint, self.topic = path, what, hint, topic


def profile_of(name: str, given: Mapping[str, Any], path: Path) -> Profile:
    """A whole profile. Raises ProfileMistake."""
    _only(given, _PROFILE, path)
    sources = given.get("sources", {})
    if not isinstance(sources, Mapping) or not all(isinstance(value, str) for value in sources.values()):
        raise ProfileMistake((*path, "sources"), "sources must be names and addresses", 'write docs = "https://…"')
    rows = given.get("rule")
    if not isinstance(rows, list) or not rows:
        raise ProfileMistake(path, "it has no rule", 'write [[channels.NAME.rule]], or base = "web-widget"')
    rules = tuple(_rule(row, (*path, "rule", number), sources) for number, row in enumerate(rows))
    return Profile(
        name,
        _text(given, "title", path, name),
        rules,
        dict(sources),
        tuple(_texts(given, "notes", path)),
        _text(given, "gathered", path, "") or None,
        frozenset(_texts(given, "blocked_extensions", path)),
        _text(given, "blocked_source", path, "") or None,
    )


def narrowed(name: str, given: Mapping[str, Any], path: Path, base: Profile) -> Profile:
    """A profile that takes less than another: types refused, limits lowered, extensions blocked."""
    _only(given, _NARROWING, path)
    refused = _texts(given, "refuse", path)
    for kind in refused:
        if kind not in DESCRIBED and kind not in CATEGORIES:
            raise ProfileMistake(
                (*path, "refuse"),
                f"refuse names '{kind}', which is no type",
                "name a type or a category",
                topic=("types",),
            )
    limits = given.get("limits", {})
    if not isinstance(limits, Mapping):
        raise ProfileMistake((*path, "limits"), "limits must be a table", 'write limits.image = "2 MB"')
    lowered = {key: _limit_of(value, (*path, "limits", key), key) for key, value in limits.items()}
    rules = []
    for rule in base.rules:
        for kind in rule.types:
            limit = lowered.get(kind) or lowered.get(_category(kind)) or lowered.get(rule.sent_as)
            rules.append(_with(rule, kind, _smaller(rule.limit, limit, (*path, "limits"), base.name)))
    return Profile(
        name,
        _text(given, "title", path, base.title),
        tuple(rules),
        base.sources,
        (*base.notes, *_texts(given, "notes", path)),
        base.gathered,
        base.blocked_extensions | frozenset(_texts(given, "blocked_extensions", path)),
        base.blocked_source,
        base.name,
        frozenset(refused),
    )


def _category(kind: str) -> str:
    return DESCRIBED[kind].category if kind in DESCRIBED else ""


def _with(rule: ChannelRule, kind: str, limit: SizeLimit | None) -> ChannelRule:
    return replace(rule, types=(kind,), limit=limit)


def _smaller(old: SizeLimit | None, new: SizeLimit | None, path: Path, base: str) -> SizeLimit | None:
    if new is None or old is None:
        return new or old
    if new.at_most > old.at_most:
        raise ProfileMistake(
            path, f"a limit of {new.stated} is wider than that of {base} ({old.stated})", "only narrow it"
        )
    return new


def _limit_of(value: Any, path: Path, key: str) -> SizeLimit:
    if key not in DESCRIBED and key not in CATEGORIES:
        raise ProfileMistake(path, f"limits names '{key}', which is no type or category", 'write limits.image = "2 MB"')
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return SizeLimit(f"{value:,} bytes", value, value)
    number, _, unit = value.partition(" ") if isinstance(value, str) else ("", "", "")
    if not (number.isascii() and number.isdigit() and int(number) > 0 and unit in _UNITS):
        raise ProfileMistake(path, f"'{value}' is not a size", 'write "2 MB", or a number of bytes')
    return SizeLimit(value, int(number) * _UNITS[unit], int(number) * _BINARY[unit])


def _rule(row: Any, path: Path, sources: Mapping[str, str]) -> ChannelRule:
    if not isinstance(row, Mapping):
        raise ProfileMistake(path, "rule must be a table", "write [[channels.NAME.rule]]")
    _only(row, (*_RULE, *_NEEDS), path)
    direction = _choice(row, "direction", (*DIRECTIONS, "both"), path)
    types = _texts(row, "types", path)
    if not types:
        raise ProfileMistake((*path, "types"), "a rule names no types", 'write types = ["png"], or ["*"] for any')
    for source in _texts(row, "sources", path):
        if source not in sources:
            raise ProfileMistake(
                (*path, "sources"), f"source '{source}' is not under sources", f'write {source} = "https://…"'
            )
    for advice in _texts(row, "advice", path):
        if advice not in ADVICE:
            raise ProfileMistake((*path, "advice"), f"advice '{advice}' is not known", f"known: {', '.join(ADVICE)}")
    confidence = _choice(row, "confidence", ("high", "medium", "low"), path, "high")
    return ChannelRule(
        direction,
        _text(row, "as", path, "file"),
        tuple(types),
        _limit(row, path),
        _number(row, "advised_bytes", path),
        _text(row, "encoding", path, "") or None,
        _needs(row, path),
        tuple(_texts(row, "advice", path)),
        _text(row, "note", path, ""),
        tuple(_texts(row, "sources", path)),
        confidence,
    )


def _limit(row: Mapping[str, Any], path: Path) -> SizeLimit | None:
    if "limit" not in row and "max_bytes" not in row:
        return None
    if "max_bytes" not in row:
        return _limit_of(row["limit"], (*path, "limit"), "image")
    at_most = _number(row, "max_bytes", path) or 0
    near = _number(row, "near_bytes", path) or at_most
    if near > at_most:
        raise ProfileMistake((*path, "near_bytes"), "near_bytes is larger than max_bytes", "swap them")
    return SizeLimit(_text(row, "limit", path, f"{at_most:,} bytes"), near, at_most)


def _needs(row: Mapping[str, Any], path: Path) -> Needs:
    found: dict[str, Any] = {}
    for key in ("audio_codecs", "video_codecs", "colours"):
        if key in row:
            found[key] = tuple(_texts(row, key, path))
    for key in ("audio_streams", "channels", "bits", "pixel_sum", "ratio", "name_length"):
        if key in row:
            found[key] = _number(row, key, path)
    for key in ("animated", "picture", "sound"):
        if key in row:
            if not isinstance(row[key], bool):
                raise ProfileMistake((*path, key), f"{key} must be true or false", f"write {key} = true")
            found[key] = row[key]
    if "pixels" in row:
        pair = row["pixels"]
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(side) is int and side > 0 for side in pair)):
            raise ProfileMistake((*path, "pixels"), "pixels must be a width and a height", "write pixels = [512, 512]")
        found["pixels"] = (pair[0], pair[1])
    return Needs(**found)


def _only(given: Mapping[str, Any], known: tuple[str, ...], path: Path) -> None:
    for key in given:
        if key not in known:
            from occ_media_cli.report.words import nearest, question

            near = nearest(key, known)
            hint = f"write {near}" if near else f"known: {', '.join(known[:8])}, …"
            raise ProfileMistake((*path, key), f"'{key}' is not known{question(near)}", hint)


def _text(given: Mapping[str, Any], key: str, path: Path, default: str) -> str:
    value = given.get(key, default)
    if not isinstance(value, str):
        raise ProfileMistake((*path, key), f"{key} must be text", f'write {key} = "…"')
    return value


def _texts(given: Mapping[str, Any], key: str, path: Path) -> list[str]:
    value = given.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ProfileMistake((*path, key), f"{key} must be an array of texts", f'write {key} = ["…"]')
    return value


def _number(given: Mapping[str, Any], key: str, path: Path) -> int | None:
    value = given.get(key)
    if value is None:
        return None
    if type(value) is not int or value <= 0:
        raise ProfileMistake((*path, key), f"{key} must be a positive whole number", f"write {key} = 1")
    return value


def _choice(given: Mapping[str, Any], key: str, choices: tuple[str, ...], path: Path, default: str = "") -> str:
    value = given.get(key, default)
    if value not in choices:
        raise ProfileMistake(
            (*path, key), f"{key} must be {', '.join(choices[:-1])} or {choices[-1]}", f'write {key} = "{choices[0]}"'
        )
    return str(value)
