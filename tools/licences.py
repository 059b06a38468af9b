"""Writes the table of licences in `docs/fit.md`: every package that each extra brings, by what it says of itself.

python tools/licences.py            writes it
python tools/licences.py --check    ends with 1 where the page is not what the installed packages say

A package that is not installed here keeps its row; a direct requirement without a row is an error.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path

from packaging.requirements import Requirement

HERE = Path(__file__).resolve().parent.parent
PAGE = HERE / "docs" / "fit.md"
BEGIN, END = "<!-- licences: made by tools/licences.py -->\n", "<!-- end of licences -->\n"

INSIDE = {
    "av": "FFmpeg (LGPL-3.0 as it is built), and with it x264 and x265 (GPL-2.0 or later)",
    "cffi": "libffi (MIT)",
    "cryptography": "OpenSSL (Apache-2.0)",
    "duckdb": "DuckDB (MIT)",
    "lxml": "libxml2 and libxslt (MIT)",
    "numpy": "OpenBLAS (BSD-3-Clause), the GCC runtime (GPL-3.0 with the runtime exception)",
    "pi-heif": "libheif and libde265 (LGPL-3.0), decoders only: no x265",
    "pikepdf": "qpdf (Apache-2.0), libjpeg-turbo (BSD-3-Clause, IJG), zlib",
    "pillow": "libjpeg-turbo (BSD-3-Clause, IJG), libtiff, libwebp, openjpeg, FreeType (FTL), Little CMS (MIT), zlib",
    "psycopg-binary": "libpq (PostgreSQL), OpenSSL (Apache-2.0)",
    "pyarrow": "Arrow C++ (Apache-2.0) and what that lists in its LICENSE.txt",
    "pyoxipng": "oxipng (MIT), libdeflate (MIT)",
    "pypdfium2": "PDFium (Apache-2.0, BSD-3-Clause) and what that lists",
    "rfc3161-client": "Rust crates (MIT or Apache-2.0)",
}
"""What the wheel of a package carries besides its own code, which its metadata does not say."""

CLEARER = {"python-dateutil": "Apache-2.0 OR BSD-3-Clause", "pypdfium2": "BSD-3-Clause OR Apache-2.0"}
"""Licences of packages whose metadata names none ("Dual License")."""

NOT_HERE = {
    "pyspark": ("Apache-2.0", "Spark and its jars (mostly Apache-2.0)"),
    "py4j": ("BSD-3-Clause", ""),
    "backports-zstd": ("PSF-2.0", "zstd (BSD-3-Clause)"),
}
"""Packages that are not brought to every machine: too large, or for some versions of Python."""


def extras() -> dict[str, list[Requirement]]:
    """The direct requirements of each extra, without `all` and `dev`."""
    found = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    return {name: [Requirement(each) for each in some] for name, some in found.items() if name not in ("all", "dev")}


def plain_name(name: str) -> str:
    """The name of a package as the registry compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def brought_by(requirement: Requirement) -> Iterator[str]:
    """A package and what it needs, as far as that is installed."""
    todo, seen = [requirement], set[str]()
    while todo:
        asked = todo.pop()
        if plain_name(asked.name) in seen:
            continue
        seen.add(plain_name(asked.name))
        yield plain_name(asked.name)
        try:
            further = [Requirement(each) for each in requires(asked.name) or ()]
        except PackageNotFoundError:
            continue
        todo += [
            each for each in further
            if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in (*asked.extras, ""))
        ]  # fmt: skip


def licence_of(name: str) -> str | None:
    """What an installed package says of its licence; None of one that is not installed, or says nothing."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    if name in CLEARER:
        return CLEARER[name]
    if told["License-Expression"]:
        return told["License-Expression"]
    kinds = [each.rpartition(" :: ")[2] for each in told.get_all("Classifier", []) if each.startswith("License")]
    kinds = [each for each in kinds if each != "OSI Approved"]
    own = (told["License"] or "").strip().partition("\n")[0]
    return own if 0 < len(own) < 60 else (" and ".join(kinds) or None)


def rows() -> dict[str, tuple[str, str, str]]:
    """(licence, what else is inside, extras) of each package, by name."""
    by: dict[str, list[str]] = {}
    for extra, some in extras().items():
        for requirement in some:
            for name in brought_by(requirement):
                by.setdefault(name, [])
                if name == "pyspark":
                    by.setdefault("py4j", [extra])
                if extra not in by[name]:
                    by[name].append(extra)
    found = {}
    for name, which in sorted(by.items()):
        licence = licence_of(name) or NOT_HERE.get(name, ("?", ""))[0]
        inside = INSIDE.get(name) or NOT_HERE.get(name, ("", ""))[1]
        found[name] = (licence, inside, ", ".join(which))
    return found


def rows_of_page(text: str) -> dict[str, tuple[str, str, str]]:
    """The same, as the page has it."""
    table = text.partition(BEGIN)[2].partition(END)[0]
    cells = [[cell.strip() for cell in line.strip("|\n ").split(" | ")] for line in table.splitlines()[2:]]
    return {
        name.strip("`"): (licence, "" if inside == "-" else inside, which) for name, licence, inside, which in cells
    }


def table(found: dict[str, tuple[str, str, str]]) -> str:
    """The table as Markdown."""
    lines = ["| package | its licence | what its wheel carries | extra |", "|---|---|---|---|"]
    lines += [f"| `{name}` | {row[0]} | {row[1] or '-'} | {row[2]} |" for name, row in sorted(found.items())]
    return "\n".join(lines) + "\n"


def wrong_rows(text: str) -> list[str]:
    """What the page says otherwise than the packages that are installed here."""
    page, here = rows_of_page(text), rows()
    wrong = [f"{name} has no licence" for name, row in here.items() if row[0] == "?"]
    direct = {plain_name(each.name) for some in extras().values() for each in some}
    for name, row in here.items():
        if name not in page and (name in direct or licence_of(name) is not None):
            wrong.append(f"{name} is missing")
        elif name in page and (
            page[name][:2] != row[:2] if licence_of(name) else not set(row[2]) <= set(page[name][2])
        ):
            wrong.append(f"{name} is {page[name]}, and says {row}")
    return wrong


def main() -> int:
    """Write or check the table."""
    text = PAGE.read_text()
    if "--check" in sys.argv:
        wrong = wrong_rows(text)
        print(*wrong, sep="\n")
        return int(bool(wrong))
    before, _, rest = text.partition(BEGIN)
    kept = {name: row for name, row in rows_of_page(text).items() if licence_of(name) is None and name in rows()}
    PAGE.write_text(before + BEGIN + table(rows() | kept) + END + rest.partition(END)[2])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
