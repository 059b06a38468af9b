"""Colours and layout of a page. No script, no font, no image and no address is needed to show it."""

from __future__ import annotations

from pathlib import Path

LIGHT: dict[str, str] = {
    "page": "#ffffff",
    "box": "#f5f7f9",
    "text": "#1b1f24",
    "muted": "#57606a",
    "error": "#b42318",
    "warning": "#8a5300",
    "link": "#0b5cad",
    "ok": "#1a6b3c",
    "bar": "#6b7785",
    "line": "#d0d7de",
}

DARK: dict[str, str] = {
    "page": "#14181d",
    "box": "#1c2229",
    "text": "#e6e9ed",
    "muted": "#a3adb8",
    "error": "#ff8a80",
    "warning": "#f0b35a",
    "link": "#82b8ff",
    "ok": "#7fd1a0",
    "bar": "#8793a0",
    "line": "#3a424b",
}


def _properties(tokens: dict[str, str]) -> str:
    return "".join(f"--{name}:{color};" for name, color in tokens.items())


def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def css() -> str:
    """The whole style: tokens, page, the narrow layout of two kinds of tables, small screens and print."""
    narrow = _file("narrow.css")
    return "".join(
        (
            f":root{{color-scheme:light dark;{_properties(LIGHT)}}}\n",
            f"@media screen and (prefers-color-scheme:dark){{:root{{{_properties(DARK)}}}}}\n",
            _file("page.css"),
            _file("calendar.css"),
            narrow.replace("TABLE", "stack").replace("WIDTH", "40rem"),
            narrow.replace("TABLE", "wide").replace("WIDTH", "62rem"),
            _file("print.css"),
        )
    )
