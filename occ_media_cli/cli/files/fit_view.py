"""What `fit` found as a report: a heading and a matrix for each file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.decide.fit import described
from occ_media_cli.decide.result import problem_of
from occ_media_cli.report import words
from occ_media_cli.report.model import Column, Lines, Report, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.decide.fit import Fitted
    from occ_media_cli.media.recognition import Recognition
    from occ_media_cli.report.model import Block, Json

SCHEMA = "occ-media/fit/1"
_COLUMNS = (
    Column("takes", "Takes it", "state"),
    Column("target", "Channel", "id"),
    Column("as_it_is", "As it is"),
    Column("nearest_fit", "Nearest fit"),
)
_SHEET = (Column("path", "File", "path"), *_COLUMNS)


def report(fitted: Sequence[Fitted]) -> Report:
    """Every file against every target."""
    blocks: list[Block] = []
    for each in fitted:
        if each.known is None:
            blocks.append(Lines((f"{each.path}: not checked: unreadable: {each.unreadable}",)))
            continue
        rows = [(_yes(fit.takes), fit.target, fit.as_is, fit.fix or None) for fit in each.fits]
        blocks += [Lines((f"{each.path}: {_heading(each.known)}",)), Table(_COLUMNS, rows)]
    sheet = [
        (each.path, _yes(fit.takes), fit.target, fit.as_is, fit.fix or None) for each in fitted for fit in each.fits
    ]
    return Report(
        schema=SCHEMA,
        title="Who takes it",
        head={"schema": SCHEMA},
        records_key="files",
        records=[_record(each) for each in fitted],
        blocks=blocks,
        sheet=Table(_SHEET, sheet),
        answer=_answer(fitted),
    )


def _yes(takes: bool) -> str:
    return "yes" if takes else "no"


def _heading(known: Recognition) -> str:
    parts = [described(known), words.size(known.size)]
    if "width" in known.facts:
        parts.append(f"{known.facts['width']} x {known.facts['height']}")
    codecs = known.facts.get("codecs")
    if isinstance(codecs, list) and codecs:
        parts.append(" and ".join(str(codec) for codec in codecs))
    return ", ".join(parts)


def _record(each: Fitted) -> dict[str, Json]:
    known = each.known
    targets: list[Json] = [
        {
            "target": fit.target,
            "takes": fit.takes,
            "as_it_is": fit.as_is,
            "nearest_fit": fit.fix or None,
            "problems": [problem_of(problem) for problem in fit.problems],
        }
        for fit in each.fits
    ]
    return {
        "path": each.path,
        "type": known.type if known else None,
        "is": described(known) if known else None,
        "size": known.size if known else None,
        "facts": dict(known.facts) if known else {},
        "unreadable": each.unreadable,
        "targets": targets,
    }


def _answer(fitted: Sequence[Fitted]) -> str:
    every = [fit for each in fitted for fit in each.fits]
    if not every:
        return f"{words.plural(len(fitted), 'file')}: nothing could be looked at"
    takes = sum(fit.takes for fit in every)
    verb = "takes" if takes == 1 else "take"
    what = "it as it is" if len(fitted) == 1 else "a file as it is"
    return f"{takes} of {len(every)} {verb} {what}; nothing was written"
