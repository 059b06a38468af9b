"""Projects of VBA inside of a compound file: found by their streams, whatever the storages around them are called."""

from __future__ import annotations

from occ_media_cli.media.readers.cfb import CfbBroken, CfbEntry, CompoundFile
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.vba import VbaBroken, decompress, has_code, modules, self_running, source_places

_MOST_MODULE = 2_000_000


def judge_project(look: Inspection, file: CompoundFile, streams: dict[tuple[str, ...], CfbEntry]) -> None:
    """Every project of a file: what runs by itself in it, or that it has macros, or that nothing is in it."""
    for path, entry in streams.items():
        if path[-1].upper() == "DIR" and any(path[:-1] == other[:-1] and _is_cache(other[-1]) for other in streams):
            _one(look, file, streams, path, entry)
        elif _is_cache(path[-1]) and not any(path[:-1] == other[:-1] and other[-1].upper() == "DIR" for other in streams):
            _tell(look, [], _sources(look, file, streams, path[:-1]), path[:-1])


def _is_cache(name: str) -> bool:
    return name.upper() == "_VBA_PROJECT"


def _one(
    look: Inspection, file: CompoundFile, streams: dict[tuple[str, ...], CfbEntry], path: tuple[str, ...], entry: CfbEntry
) -> None:
    above = path[:-1]
    by_name = {other[-1].upper(): each for other, each in streams.items() if other[:-1] == above}
    try:
        known, encoding = modules(decompress(_read(look, file, entry), most=_MOST_MODULE))
    except (CfbBroken, VbaBroken):
        look.pass_over(_place(path), "the list of its modules is broken")
        known, encoding = [], "latin-1"
    sources: list[tuple[str, str]] = []
    for module in known:
        stream = by_name.get(module.stream.upper()) or by_name.get(module.name.upper())
        if stream is None:
            continue
        try:
            raw = _read(look, file, stream)
            source = decompress(raw, module.offset, _MOST_MODULE)
        except (CfbBroken, VbaBroken):
            continue
        sources.append((module.name, source.decode(encoding, "replace")))
    missed = len(known) - len(sources)
    if missed or not known:
        sources += _sources(look, file, streams, above)
    _tell(look, sources, [], above)


def _sources(
    look: Inspection, file: CompoundFile, streams: dict[tuple[str, ...], CfbEntry], above: tuple[str, ...]
) -> list[tuple[str, str]]:
    """The source in every stream of a storage, found by the words that each module begins with."""
    found = []
    for path, entry in streams.items():
        if path[:-1] == above:
            try:
                raw = _read(look, file, entry)
            except CfbBroken:
                continue
            found += [(path[-1], source) for source in stray_sources(raw)]
    return found


def stray_sources(raw: bytes) -> list[str]:
    """The modules whose compressed source stands somewhere in a stream."""
    found = []
    for place in source_places(raw):
        try:
            found.append(decompress(raw, place, _MOST_MODULE).decode("latin-1"))
        except VbaBroken:
            continue
    return found


def judge_stray_source(look: Inspection, content: bytes, where: str) -> None:
    """Source of VBA in a stream that no project lists."""
    _tell(look, [(where, source) for source in stray_sources(content)], [], (where,))


def _read(look: Inspection, file: CompoundFile, entry: CfbEntry) -> bytes:
    size = min(entry.size, file.size, 16_000_000)
    return file.read(entry, size) if look.afford(size, entry.name) else b""


def _tell(
    look: Inspection, listed: list[tuple[str, str]], stray: list[tuple[str, str]], above: tuple[str, ...]
) -> None:
    sources = listed + stray
    where = _place(above)
    for name, source in sources:
        for procedure in self_running(source):
            look.add("macro-auto-run", f"a macro that runs by itself ({procedure})", f"{where}/{name}" if where else name)
    if any(has_code(source) for _, source in sources):
        look.add("macro", "macros (VBA)", where)
    else:
        look.add("macro", "a VBA project without readable source; compiled code runs too", where)


def _place(path: tuple[str, ...]) -> str:
    return "/".join("".join(letter for letter in part if letter.isprintable()) for part in path)
