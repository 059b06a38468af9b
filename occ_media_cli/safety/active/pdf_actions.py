"""What the actions of a PDF do (ISO 32000-2, 12.6), and which of them are done without being asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.targets import Target, TargetKind, classify
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from pikepdf import Object

_KEYS: dict[str, tuple[str, ...]] = {
    "JavaScript": ("/JS",),
    "Launch": ("/F", "/Win", "/Mac", "/Unix"),
    "ImportData": ("/F",),
    "SubmitForm": ("/F",),
    "GoToR": ("/F",),
    "GoToE": ("/F", "/T", "/D"),
    "Thread": ("/F", "/B"),
    "URI": ("/URI",),
    "Rendition": ("/R", "/JS", "/OP"),
    "Sound": ("/Sound",),
    "Movie": ("/Annotation", "/Operation"),
    "RichMediaExecute": ("/TA", "/CMD"),
    "Named": ("/N",),
}
"""The keys of which an action of a kind has one: the same names also stand for kinds of structure and transitions."""

_MOST_WALKED = 3_000
"""Objects that are walked through. A form of a tax office has hundreds of fields with script."""

Place = tuple[int, int]


class Actions:
    """The actions of a document. seen: the kinds that were met."""

    def __init__(self, look: Inspection) -> None:
        self._look = look
        self.seen: set[str] = set()
        self._walks = _MOST_WALKED
        self._met: list[tuple[Place, str, Target, str]] = []
        self._automatic: set[Place] = set()
        self._next: dict[Place, list[Place]] = {}

    def is_action(self, value: Object) -> str | None:
        """The kind of a dictionary that is an action which does something, or None."""
        name = str(value.get("/S", ""))[1:]
        keys = _KEYS.get(name)
        if keys is None or not any(key in value for key in keys):
            return None
        return name

    def add_action(self, value: Object, place: Place, where: str, *, automatic: bool) -> None:
        """An action. place: its object, or (0, n) for one that is written into another."""
        name = self.is_action(value)
        if name is None:
            return
        self.seen.add(name)
        if place[0] == 0:
            place = (0, -len(self._met) - 1)
        self._met.append((place, name, _target(value, name), where))
        if automatic:
            self._automatic.add(place)
        following = value.get("/Next")
        listed = list(following) if following is not None and _is_array(following) else [following]
        self._next.setdefault(place, []).extend(
            each.objgen for each in listed if each is not None and each.objgen != (0, 0)
        )

    def plain_link(self, place: Place, target: Target, where: str) -> None:
        """A link to a page of the web, which was not walked through."""
        self._met.append((place, "URI", target, where))

    def afford_walk(self) -> bool:
        """Whether one more object may be walked through; the others are judged by the names of their actions."""
        self._walks -= 1
        return self._walks >= 0

    def by_name(self, name: str, where: str) -> None:
        """An action of which only the kind is known."""
        self.seen.add(name)
        self._judge(name, Target(TargetKind.OTHER, ""), where, automatic=False)

    def automatically(self, place: Place) -> None:
        """The action that is this object is done without being asked."""
        if place != (0, 0):
            self._automatic.add(place)

    def finish(self) -> None:
        """Judge every action, now that it is known which are done by themselves, and which follow those."""
        waiting = list(self._automatic)
        while waiting:
            for each in self._next.get(waiting.pop(), ()):
                if each not in self._automatic:
                    self._automatic.add(each)
                    waiting.append(each)
        for place, name, target, where in self._met:
            self._judge(name, target, where, automatic=place in self._automatic)

    def unread(self, name: str, where: str) -> None:
        """An action that stands in the bytes and that no object holds: it is taken for one that is done by itself."""
        self.seen.add(name)
        self._judge(name, Target(TargetKind.OTHER, ""), where, automatic=True)

    def _judge(self, name: str, target: Target, where: str, *, automatic: bool) -> None:
        look = self._look
        by_itself = " by itself" if automatic else ""
        if target.kind is TargetKind.UNC and name != "Launch":
            plain = name == "URI" and not automatic
            words = f"an action that asks the file server {target.shown}{by_itself}"
            look.tell("unc-link", words, where, Severity.WARNING if plain else None)
        elif target.kind is TargetKind.PROGRAM:
            look.tell("program-link", f"a link that opens a program ({target.shown})", where)
        if name == "JavaScript":
            look.tell("pdf-javascript", f"JavaScript that runs{by_itself or ' once something is done'}", where)
        elif name == "Launch":
            look.tell("pdf-launch", f"an action that starts a program or opens a file{by_itself}", where)
        elif name == "ImportData":
            look.tell("pdf-external", f"an action that reads data from another file{by_itself}", where)
        elif name in ("GoToR", "GoToE", "Thread"):
            what = f"a link that opens another document{by_itself}"
            if target.kind is TargetKind.INSIDE and name == "GoToE":
                look.tell("pdf-attachment", f"a link that opens an attached document{by_itself}", where)
            else:
                grave = None if automatic else Severity.WARNING
                remote = automatic or target.kind is TargetKind.NET
                look.tell("pdf-external" if remote else "local-link", what, where, grave if remote else None)
        elif name == "SubmitForm":
            words = f"a form that is sent to {target.shown or 'another place'}{by_itself}"
            look.tell("pdf-submit", words, where, Severity.ERROR if automatic else None)
        elif name in ("Rendition", "Sound", "Movie", "RichMediaExecute"):
            look.tell("pdf-rich-media", "film, sound or Flash that is played", where)
        elif automatic:
            look.tell(
                "pdf-action",
                "a page of the web that opens by itself" if name == "URI" else "a command that is done by itself",
                where,
            )
        elif name == "URI" and target.kind in (TargetKind.NET, TargetKind.OTHER):
            look.tell("link", "a link to another place", where)


def _is_array(value: Object) -> bool:
    return getattr(value, "_type_name", "") == "array"


def _target(value: Object, name: str) -> Target:
    """What an action leads to."""
    if name == "URI":
        return classify(str(value.get("/URI", "")))
    if name in ("Launch", "ImportData", "SubmitForm", "GoToR", "GoToE", "Thread"):
        return classify(file_name(value.get("/F")))
    return Target(TargetKind.INSIDE, "")


def file_name(value: Object | None) -> str:
    """The name in a specification of a file: a text, or a dictionary with one for each system."""
    if value is None:
        return ""
    kind = getattr(value, "_type_name", "")
    if kind == "string":
        return str(value)
    if kind == "dictionary":
        for key in ("/UF", "/F", "/Unix", "/DOS", "/Mac"):
            inner = value.get(key)
            if inner is not None and getattr(inner, "_type_name", "") == "string":
                return str(inner)
    return ""
