"""Which module cuts the files of a type into blocks."""

from __future__ import annotations

from importlib import import_module

from occ_media_cli.safety.metadata.block import Cut

_KINDS = "occ_media_cli.safety.metadata.cutting."
CUTS: dict[str, tuple[str, str]] = {
    "jpg": ("jpeg", "cut"), "png": ("png", "cut"), "webp": ("webp", "cut"), "gif": ("gif", "cut"),
    "mp4": ("isobmff", "cut"), "m4a": ("isobmff", "cut"), "3gp": ("isobmff", "cut"), "mov": ("isobmff", "cut"),
    "m4v": ("isobmff", "cut"), "3g2": ("isobmff", "cut"), "f4v": ("isobmff", "cut"),
    "mp3": ("sound", "cut"), "aac": ("sound", "cut"), "ogg": ("ogg", "cut"),
    "amr": ("sound", "cut_frames"), "txt": ("sound", "cut_bare"),
    "doc": ("ole", "cut"), "xls": ("ole", "cut"), "ppt": ("ole", "cut"),
}  # fmt: skip
"""Types that are read from one end to the other, with the module and the function that cut them into blocks."""

PACKAGES = frozenset(("docx", "xlsx", "pptx"))
"""Types that are packages of parts, and of which a copy can be made."""

LIKE_PACKAGES = PACKAGES | {
    "docm", "dotx", "dotm", "xlsm", "xltx", "xltm", "xlam", "pptm", "potx", "potm", "ppsx", "ppsm", "ppam", "sldx",
    "sldm",
}  # fmt: skip
"""The same with macros, templates and slide shows: what they tell stands in the same parts."""

PDF = "pdf"


def cut_of(type: str) -> Cut:  # noqa: A002 - a word of the field
    """The function that cuts files of a type."""
    module, name = CUTS[type]
    function: Cut = getattr(import_module(_KINDS + module), name)
    return function
