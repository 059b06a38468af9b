"""A command line in its parts, however wrong it is: what each word was taken for, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from occ_media_cli.cli.global_options import GLOBALS
from occ_media_cli.cli.param_kinds import is_option, kind_of, takes_many, takes_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class TypedPart(NamedTuple):
    """A word of the line. role: `global` and `global value`, `command`, `no command`, `option`, `value`, `no option`,
    `argument`, `stray` for an argument too many, or `dashes` for `--`. item: the parameter that it belongs to."""

    text: str
    role: str
    item: Any = None


class TypedLine:
    """A command line in its parts. command: the one of Click that its words come to; path: those words."""

    def __init__(self, words: Sequence[str], program: Any) -> None:
        self.words = list(words)
        self.command = program
        self.path: list[str] = []
        self.parts: list[TypedPart] = []
        self._read()
        self._bind()

    @property
    def name(self) -> str:
        """The words of the command, `inbox remove`."""
        return " ".join(self.path)

    @property
    def commands(self) -> dict[str, Any]:
        """The commands below the last word; none for a command that has none."""
        return dict(getattr(self.command, "commands", {}))

    @property
    def options(self) -> list[Any]:
        """The options of the command, without those that every command takes."""
        return [item for item in self.command.params if is_option(item) and not _is_global(item)]

    @property
    def arguments(self) -> list[Any]:
        """The arguments of the command."""
        return [item for item in self.command.params if not is_option(item)]

    @property
    def texts(self) -> list[str]:
        """The words of the line, an option and its value as two."""
        return [part.text for part in self.parts]

    @property
    def program(self) -> str:
        """The command as it is typed, `occ-media inbox remove`."""
        return " ".join(("occ-media", *self.path))

    def option(self, name: str) -> Any:
        """The option of this name; None where the command has none, a global one included."""
        return next((item for item in self.command.params if name in item.opts), None)

    def kind(self, item: Any) -> str | None:
        """What a parameter of the command takes."""
        return kind_of(self.name, item)

    def places(self, *roles: str) -> list[int]:
        """Where parts of these roles stand."""
        return [place for place, part in enumerate(self.parts) if part.role in roles]

    def given(self, item: Any) -> list[str]:
        """The values of a parameter."""
        return [part.text for part in self.parts if part.item is item and part.role in ("value", "argument")]

    def is_given(self, item: Any) -> bool:
        """Whether a parameter stands in the line."""
        return any(part.item is item for part in self.parts)

    def lacking(self) -> list[Any]:
        """The parameters that the command needs and the line has not; options before arguments."""
        needed = [item for item in self.command.params if item.required and not self.given(item)]
        return sorted(needed, key=lambda item: not is_option(item))

    def valueless(self) -> Iterator[int]:
        """Where options stand that a value should follow, and none does."""
        for place, part in enumerate(self.parts):
            if part.role == "option" and takes_value(part.item) and "=" not in part.text:
                following = self.parts[place + 1] if place + 1 < len(self.parts) else None
                if following is None or following.role != "value":
                    yield place

    def put(self, place: int, *words: str, instead: int = 1) -> list[str]:
        """The words of the line with others in the place of some parts."""
        return [*self.texts[:place], *words, *self.texts[place + instead :]]

    def without(self, *places: int) -> list[str]:
        """The words of the line without some parts."""
        return [part.text for place, part in enumerate(self.parts) if place not in places]

    def _read(self) -> None:
        waiting: Any = None
        role = "value"
        literal = False
        arguments = False
        for word in _single(self.words, self.command):
            if literal:
                self.parts.append(TypedPart(word, "argument"))
            elif waiting is not None and not _is_known_option(word, self.command):
                self.parts.append(TypedPart(word, role, waiting))
                waiting = None
            elif word == "--":
                waiting, literal = None, True
                self.parts.append(TypedPart(word, "dashes"))
            elif word.startswith("-") and len(word) > 1 and not word[1:2].isdigit():
                waiting, role = self._read_option(word)
            elif not arguments and word in self.commands:
                self.command = self.commands[word]
                self.path.append(word)
                self.parts.append(TypedPart(word, "command"))
            elif self.commands and not arguments:
                self.parts.append(TypedPart(word, "no command"))
                arguments = True
            else:
                arguments = True
                self.parts.append(TypedPart(word, "argument"))

    def _read_option(self, word: str) -> tuple[Any, str]:
        """Add an option; what its value belongs to, where one is to follow, and the role of that."""
        name = word.partition("=")[0]
        item = self.option(name)
        if item is None:
            self.parts.append(TypedPart(word, "no option"))
            return None, "value"
        role = "global" if _is_global(item) else "option"
        self.parts.append(TypedPart(word, role, item))
        follows = takes_value(item) and "=" not in word
        return (item, f"{role} value" if role == "global" else "value") if follows else (None, "value")

    def _bind(self) -> None:
        """Give each argument to its parameter; what is too much is stray."""
        if self.places("no command"):
            return
        free = list(self.arguments)
        for place in self.places("argument"):
            if not free:
                self.parts[place] = self.parts[place]._replace(role="stray")
                continue
            self.parts[place] = self.parts[place]._replace(item=free[0])
            if not takes_many(free[0]):
                free.pop(0)


def _is_global(item: Any) -> bool:
    return bool(item.name == "help" or item.is_eager or any(option in GLOBALS for option in item.opts))


def _is_known_option(word: str, command: Any) -> bool:
    """Whether a word behind an option is another option of the command and not its value."""
    return word.startswith("-") and any(word.partition("=")[0] in item.opts for item in command.params)


def _single(words: Sequence[str], program: Any) -> Iterator[str]:
    """The words, `--option=value` and `-fvalue` as two, unless the value begins like an option."""
    command = program
    literal = False
    for word in words:
        literal = literal or word == "--"
        command = getattr(command, "commands", {}).get(word, command)
        name, equals, value = word.partition("=")
        by_name = {option: item for item in command.params for option in item.opts}
        if literal or not word.startswith("-"):
            yield word
        elif equals and name in by_name and not value.startswith("-"):
            yield from (name, value)
        elif f"-{name}" in by_name:
            yield word  # an option with one dash too few
        elif word[:2] in by_name and not word.startswith("--") and len(word) > 2 and takes_value(by_name[word[:2]]):
            yield from (word[:2], word[2:].removeprefix("="))
        else:
            yield word
