"""May this file pass? What was recognised, held against the product's table. Pure: no disk, no clock."""

from __future__ import annotations

from occ_media_cli.media import file_names
from occ_media_cli.media.codes import CODES
from occ_media_cli.media.foreign import ALSO, NAMED
from occ_media_cli.media.problems import MADE_FIT, Problem, fit_command, without_vain_copies
from occ_media_cli.media.recognition import Observation, Recognition
from occ_media_cli.media.types import BY_TYPE, TABLE, MediaType, extension_of, type_of_extension
from occ_media_cli.report import words
from occ_media_cli.vocabulary import MEDIA_CATEGORIES, Severity

MORE_THAN_PLAIN: dict[str, str] = {
    **dict.fromkeys(("docm", "dotx", "dotm"), "docx"),
    **dict.fromkeys(("xlsm", "xltx", "xltm", "xlam", "xlsb"), "xlsx"),
    **dict.fromkeys(("pptm", "potx", "potm", "ppsx", "ppsm", "ppam", "sldx", "sldm"), "pptx"),
}
"""Office types with macros, templates, slide shows and binary workbooks, and the plain type they hide under."""

_SAVE_AS = {
    "docx": "Word Document (.docx)",
    "xlsx": "Excel Workbook (.xlsx)",
    "pptx": "PowerPoint Presentation (.pptx)",
}
_KIND_OF = {
    "jpg": "jpeg", "png": "png", "gif": "gif", "webp": "webp", "docx": "ooxml", "xlsx": "ooxml", "pptx": "ooxml",
    "doc": "ole", "xls": "ole", "ppt": "ole", "pdf": "pdf", "mp4": "isobmff", "m4a": "isobmff", "3gp": "isobmff",
    "ogg": "ogg", "amr": "amr", "mp3": "mpeg-audio", "aac": "adts", "txt": "text",
}  # fmt: skip
_HELP = {
    "damaged": "send the original again; this copy is not whole",
    "cut-short": "send the original again; this copy is not whole",
    "password-protected": "remove the password or the encryption, so that others can open and check it",
    "active-content": "save it without macros or script",
    "trailing-data": "save it again with the program that made it, which drops the extra bytes",
    "text-is-markup": "send it as a PDF if it is meant to be read",
    "text-is-code": "send it as a PDF if it is meant to be read",
    "over-limit": "send a smaller one",
}


def problems_of(
    recognised: Recognition, name: str, direction: str | None = None, path: str | None = None
) -> list[Problem]:
    """Everything the product's table and the file itself give to say.

    direction: `send`, `receive`, or None for either. path: the path as given, for commands in the help.
    """
    return in_order([*file_problems(recognised, name, path), *table_problems(recognised, name, direction, path)])


def file_problems(recognised: Recognition, name: str, path: str | None = None) -> list[Problem]:
    """What is wrong with the file itself, whoever takes it: its name, its identity, its structure."""
    found: list[Problem] = []
    if why := file_names.deceptive(name):
        found.append(_problem("name-deceptive", f"its name deceives: {why}", "rename it to what it is"))
    if recognised.size == 0:
        return [*found, _problem("empty-file", "it has no bytes", "send the original again")]
    extension = extension_of(name)
    claimed = type_of_extension(extension)
    if claimed is not None:
        found += _type(recognised, claimed, extension, path or name)
    elif extension in NAMED and recognised.type not in (None, NAMED[extension], *ALSO.get(extension, ())):
        message = f"named .{extension}, and is {recognised.description}"
        found.append(_problem("type-mismatch", message, f"name it .{recognised.type}"))
    return found + [_observed(each) for each in recognised.observations]


def table_problems(
    recognised: Recognition, name: str, direction: str | None = None, path: str | None = None
) -> list[Problem]:
    """What the product's table says: type, direction, size."""
    if recognised.size == 0:
        return []
    claimed = type_of_extension(extension_of(name))
    if claimed is None:
        return [_unsupported(recognised, name)]
    row = BY_TYPE[recognised.type if recognised.type in BY_TYPE else claimed]
    # A file that is not what it says is refused for that; which way its true type may go would be noise.
    ways = _direction(row, direction) if recognised.type == claimed else []
    return [*ways, *_size(recognised.size, row, path or name)]


def limit_of(recognised: Recognition, name: str) -> int | None:
    """The limit that holds for a file, in bytes: that of its type, else of its extension; None without either."""
    kind = recognised.type if recognised.type in BY_TYPE else type_of_extension(extension_of(name))
    return BY_TYPE[kind].passes_exactly if kind else None


def _problem(code: str, message: str, help_: str = "", severity: Severity | None = None) -> Problem:
    return Problem(code, severity or CODES[code].severity, message, help_)


def _unsupported(recognised: Recognition, name: str) -> Problem:
    extension = extension_of(name)
    what = f".{extension} is not a type that the product takes" if extension else "it has no extension"
    if recognised.type in BY_TYPE and recognised.description:
        return _problem(
            "unsupported-type", f"{what}, though it is {recognised.description}", f"name it .{recognised.type}"
        )
    takes = ", ".join(row.type for row in TABLE if row.send and row.receive)
    return _problem("unsupported-type", what, f"the product takes {takes}; as send-only gif, webp")


def _type(recognised: Recognition, claimed: str, extension: str, shown: str) -> list[Problem]:
    kind = recognised.type
    if kind == claimed:
        if not recognised.vetoed:
            return []
        message = f"it is built like {recognised.description}, and libmagic sees {recognised.libmagic}"
        return [_problem("type-mismatch", message, "save it again with the program that made it")]
    if kind in MORE_THAN_PLAIN and MORE_THAN_PLAIN[kind] == claimed:
        if kind.endswith("m"):
            message = f"has macros, which a .{claimed} may not have"
        else:
            message = f"is {recognised.description}, which a .{claimed} may not be"
        return [_problem("macro-enabled", message, f"save it again as {_SAVE_AS[claimed]}")]
    if kind is None and (recognised.kind == _KIND_OF[claimed] or recognised.has("over-limit")):
        return []  # the observation says it: damaged, or too large to be looked at
    message = f"named .{extension}, and is {recognised.description}"
    return [_problem("type-mismatch", message, _mismatch_help(recognised, claimed, shown))]


def _mismatch_help(recognised: Recognition, claimed: str, shown: str) -> str:
    if recognised.type in BY_TYPE and BY_TYPE[recognised.type].receive:
        return f"name it .{recognised.type}"
    alike = recognised.category in MEDIA_CATEGORIES and recognised.category == BY_TYPE[claimed].category
    if recognised.type in MADE_FIT and alike:
        return fit_command(shown, most=f"{BY_TYPE[claimed].limit_mb} MB")
    if recognised.type == "encrypted-ooxml":
        return "name it .docx, .xlsx or .pptx, or save it without a password"
    return f"send a real .{claimed}"


def _direction(row: MediaType, direction: str | None) -> list[Problem]:
    if row.send and row.receive:
        return []
    if direction is None:
        return [_problem("send-only", f"{row.type} can be sent by agents, not received from customers")]
    if (direction == "send" and row.send) or (direction == "receive" and row.receive):
        return []
    return [
        _problem(
            "unsupported-type", f"{row.type} is send-only: it cannot be received from customers", "send a jpg or png"
        )
    ]


def _size(size: int, row: MediaType, shown: str) -> list[Problem]:
    if size <= row.passes_exactly:
        return []
    stated = f"{row.limit_mb} MB"
    if size <= row.passes_at_most:
        message = f"{size:,} bytes, over {stated} if that means {row.passes_exactly:,} bytes"
        return [_problem("size-near-limit", message, f"stay below {row.passes_exactly:,} bytes to be sure")]
    help_ = fit_command(shown, most=stated) if row.type in MADE_FIT else "split it, or share a link to it"
    return [_problem("over-limit", _over(size, row), help_)]


def _over(size: int, row: MediaType) -> str:
    shown, stated = words.size_and_limit(size, row.passes_at_most, f"{row.limit_mb} MB")
    return f"{shown}, over {stated}" if "(" in stated else f"{shown}, over the {stated} limit for {row.category}"


def _observed(seen: Observation) -> Problem:
    grave = seen.bad or seen.code in ("damaged", "over-limit")
    return _problem(seen.code, seen.message, _HELP.get(seen.code, ""), Severity.ERROR if grave else None)


def in_order(problems: list[Problem]) -> list[Problem]:
    """Worst first, else in the order in which they were found; the same thing is said once, and no copy is offered
    where one would be refused."""
    if len(problems) < 2:
        return problems
    unique = list(dict.fromkeys(without_vain_copies(problems, problems)))
    return sorted(unique, key=lambda problem: -problem.severity.rank)
