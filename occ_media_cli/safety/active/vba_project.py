"""Projects of VBA inside of a compound file: found by their streams, whatever the storages around them are called."""

from __future__ import annotations

from contextlib import suppress

from occ_media_cli.media.readers.cfb import CfbBroken, CfbEntry, CompoundFile, shown_path
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.vba import VbaBroken, decompress, has_code, modules, self_running, source_places

_MOST_MODULE = 2_000_000
_BYTES_A_STEP = 4
"""Source that is unpacked in the time of one step."""

_CACHE = "_VBA_PROJECT"
"""The stream that is in the storage of every project."""

Folder = dict[str, CfbEntry]
Sources = list[tuple[str, str]]


def judge_project(look: Inspection, file: CompoundFile, streams: dict[tuple[str, ...], CfbEntry]) -> None:
    """Every project of a file: what runs by itself in it, or that it has macros, or that nothing can be read of it."""
    folders: dict[tuple[str, ...], Folder] = {}
    for path, entry in streams.items():
        folders.setdefault(path[:-1], {})[path[-1].upper()] = entry
    for above, folder in folders.items():
        if _CACHE in folder:
            listed = _listed(look, file, folder, above) if "DIR" in folder else None
            _tell(look, _sources(look, file, folder) if listed is None else listed, above)


def _listed(look: Inspection, file: CompoundFile, folder: Folder, above: tuple[str, ...]) -> Sources | None:
    """(name, source) of the modules that the project lists, or None where one of them cannot be read."""
    try:
        known, encoding = modules(decompress(_read(look, file, folder["DIR"]), most=_MOST_MODULE))
    except (CfbBroken, VbaBroken):
        look.pass_over(shown_path((*above, "dir")), "the list of its modules is broken")
        return None
    found: Sources = []
    for module in known:
        stream = folder.get(module.stream.upper()) or folder.get(module.name.upper())
        try:
            source = decompress(_read(look, file, stream), module.offset, _MOST_MODULE) if stream else b""
        except (CfbBroken, VbaBroken):
            source = b""
        if not source:
            return None
        if not look.step(shown_path(above), len(source) // _BYTES_A_STEP):
            break
        found.append((module.name, source.decode(encoding, "replace")))
    return found or None


def _sources(look: Inspection, file: CompoundFile, folder: Folder) -> Sources:
    """The source in every stream of a storage, found by the words that each module begins with."""
    found: Sources = []
    for name, entry in folder.items():
        try:
            raw = _read(look, file, entry)
        except CfbBroken:
            continue
        found += [(name, source) for source in _stray_sources(look, raw, name)]
    return found


def _stray_sources(look: Inspection, raw: bytes, where: str) -> list[str]:
    """The modules whose compressed source stands somewhere in a stream."""
    found: list[str] = []
    for place in source_places(raw):
        with suppress(VbaBroken):
            source = decompress(raw, place, _MOST_MODULE)
            if not look.step(where, len(source) // _BYTES_A_STEP):
                break
            found.append(source.decode("latin-1"))
    return found


def judge_stray_source(look: Inspection, content: bytes, where: str) -> None:
    """Source of VBA in a stream that no project lists."""
    _tell(look, [(where, source) for source in _stray_sources(look, content, where)], (where,))


def _read(look: Inspection, file: CompoundFile, entry: CfbEntry) -> bytes:
    size = min(entry.size, file.size, 16_000_000)
    return file.read(entry, size) if look.afford(size, entry.name) else b""


def _tell(look: Inspection, sources: Sources, above: tuple[str, ...]) -> None:
    where = shown_path(above)
    for name, source in sources:
        for procedure in self_running(source):
            look.tell(
                "macro-auto-run", f"a macro that runs by itself ({procedure})", f"{where}/{name}" if where else name
            )
    if any(has_code(source) for _, source in sources):
        look.tell("macro", "macros (VBA)", where)
    else:
        look.tell("macro", "a VBA project without source that can be read", where)
