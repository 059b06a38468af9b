"""What the caller says and a mapping may ask for: `@agents`, `@customers`, `@received`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from occ_media_cli.errors import UsageError
from occ_media_cli.ledger.sources import Options


class SaidWords(Mapping[str, Sequence[str]]):
    """The words by name. It remembers which a mapping asks for, because a word that nobody asks for does nothing."""

    def __init__(self, options: Options) -> None:
        self._words: dict[str, Sequence[str]] = {
            "agents": options.agents,
            "customers": options.customers,
            "received": (options.received,) if options.received is not None else (),
        }
        self._used: set[str] = set()

    def __getitem__(self, name: str) -> Sequence[str]:
        self._used.add(name)
        return self._words[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def must_be_used(self, file: str) -> None:
        """UsageError for words that the mapping of a file does not ask for."""
        for name, words in self._words.items():
            if words and name not in self._used:
                raise UsageError(
                    f"the mapping {file} does not ask for @{name}, which were given; nothing was recorded",
                    hint=f"leave them out, or ask for them, such as in a condition: by in @{name}",
                )
