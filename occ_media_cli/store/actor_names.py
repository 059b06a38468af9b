"""Names of people as a person reads them: which are read alike, and which may be read as another one.

A name is what somebody types, so it proves nothing alone; what is here only sees to it that one name is not taken for
two, and that none is made to be mistaken for another.
"""

from __future__ import annotations

from functools import cache

from occ_media_cli.errors import Refused

TYPE_CHECKING = False  # typing is loaded by the commands that need it
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ALIKE = (
    "LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "TIFINAGH", "DESERET", "OSAGE", "CANADIAN",
    "CARIAN", "LYCIAN", "LYDIAN", "GOTHIC",
)  # fmt: skip
"""Scripts with letters that look like those of another of them, as Latin and Cyrillic `a` do, Latin and Greek `o`."""

# In what follows it is the point that letters look alike. Pairs of a row of letters and of what a person reads there.
_SMALL = (
    ("аеіјорсѕухԁһԛԝкмтӏѵгүьꙇ", "aeijopcsyxdhqwkmtlvrybi"),  # Cyrillic
    ("οανικρυτχγησωϲϳ", "oavikputxynowcj"),  # Greek
    ("օոսհցզգքռյա", "onuhgqqfnjw"),  # Armenian
    ("ⲁⲃⲉⲏⲓⲕⲙⲛⲟⲣⲥⲧⲩⲭⲱ", "abehikmnopctyxw"),  # Coptic
    ("𐐬𐐽𐑃𐑈𐓪𐓶", "oclsou"),  # Deseret, Osage
    (
        "\u05e1\u05d5\u05df\u05d7\u05d8\u0627\u0647\u06d5\u06c1\u06be"
        "\u07c0\u07ca\u101d\u0b20\u0d20\u0e50\u0ed0\u10ff\u12d0\u1200",
        "ollnvlooooolooooooou",
    ),  # of scripts without capitals
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢɑɡıɩƅʋꬲꬽꭎꭓ", "abcdefghijklmnopqrstuvwyzagiibveoux"),  # Latin of other kinds
    ("ðɖĸŋȷǀʉɵ", "ddknjluo"),  # Latin with a stroke or a tail that its name does not tell of
)
_LARGE = (
    ("АВЕЅІЈКМНОРСТХУԚԜѴԌӀҮ", "ABESIJKMHOPCTXYQWVGIY"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϜϺͿ", "ABEZHIKMNOPTYXCFMJ"),
    ("ՕՍՏԼ", "OUSL"),
)
"""Capitals that look like Latin ones where their small letters need not."""
_ONLY = (
    ("ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", "BPDTGKJCZFMNLSRVHWXYAEIOU"),  # Lisu
    ("ᎠᎡᎢᎥᎩᎪᎫᎬᎳᎷᎻᎽᎰᏀᏂᏃᏏᏒᏔᏕᏙᏚᏞᏟᏢᏦᏧᏳᏴᎵ", "DRTIYAJEWMHYHGHZBRWSVSLCPKDGBP"),  # Cherokee
    ("ᑌᑭᑯᑲᒍᒪᗅᗞᗪᗰᗷᕼᖇᖴ᙭ᐯᔕᑕᘔᗩᗴᗯᑎᖯ", "UPDBJLADDMBHRFXVSCZAEWNB"),  # Canadian syllabics
    ("ⵔⵏⴹⵝⵊⴺ", "OLEXIE"),  # Tifinagh
    ("ᚷᛁᛕᛖᚱᛒ", "XIKMRB"),  # Runic
    ("𐊠𐊡𐊢𐊥𐊫𐊰𐊱𐊴𐊆𐊇𐊊𐊐𐊒𐊕𐊖𐊗", "ABCFOMTXEFIXOPST"),  # Carian, Lycian
)
"""Letters that look like Latin capitals, of scripts that have no small letters of another shape."""
_SIGNS = (
    ("‐‑‒–—―−⁃˗➖Ⲻⲻーꟷㅡᅳ─", "-"),
    ("’‘‛ʼʻʹʽ′`´՚\u05f3ꞌ＇", "'"),
    ("ꓸ․﹒．", "."),
    ("∕⁄⧸", "/"),
    ("꞉：ː∶", ":"),
    ("ˍ＿", "_"),
)
"""Signs that a person reads as one that is on each keyboard."""
_BLANK = frozenset("\u2800\U0001d159\U00016fe4\U00013441\U00013442")
"""Signs that are no spaces and show nothing."""
_IGNORABLE = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
"""First and last of the ranges that Unicode calls Default_Ignorable_Code_Point: a font that has nothing for them shows
nothing."""


@cache
def _table(*parts: tuple[tuple[str, str], ...]) -> dict[int, str]:
    """What `str.translate` takes, of rows of letters and what is read there."""
    return {
        ord(letter): read[place] if len(read) > 1 else read
        for part in parts
        for letters, read in part
        for place, letter in enumerate(letters)
    }


def is_invisible(letter: str) -> bool:
    """Whether a character shows nothing and is no space."""
    import unicodedata

    code = ord(letter)
    return (
        letter in _BLANK
        or any(first <= code <= last for first, last in _IGNORABLE)
        or unicodedata.category(letter) == "Cf"
    )


def fold_name(name: str) -> str:
    """A name in the form in which two that stand for one person are equal: letter case, width, spaces and what is
    invisible make no second person."""
    import unicodedata

    return " ".join(unicodedata.normalize("NFKC", _shown(name).casefold()).split())


def _shown(name: str) -> str:
    import unicodedata

    seen = "".join(letter for letter in name if not is_invisible(letter))
    return "".join(letter for letter in unicodedata.normalize("NFKC", seen) if not is_invisible(letter))


def are_read_alike(one: str, other: str) -> bool:
    """Whether a person may read two names as one: in the letters in which they are written, or folded.

    That is asked of a second person, where a doubt means no. So letters and digits count too that only some typefaces
    tell apart: `dana1`, `danal` and `danaI` are one, and `morn` and `mom`. Spaces, punctuation, marks on letters and
    what stands around them make no second person: `Dana Smith`, `Dana-Smith`, `"D'ana" Smith.` and `D\u00e4na Smith`
    are one, and letters in circles and squares are those letters.
    """
    return not _in_any_typeface(one).isdisjoint(_in_any_typeface(other))


_TYPEFACES = tuple(
    str.maketrans(read) for read in ({"1": "l", "|": "l", "0": "o"}, {"1": "l", "|": "l", "0": "o", "I": "l"})
)
"""What looks alike on a keyboard, as the confusables of Unicode (UTS #39) have it. A capital i is one of `l` and one of
`i`, whose capital it is."""


_IN_PARTS = {ord("m"): "rn", ord("w"): "vv", ord("d"): "cl", ord("æ"): "ae", ord("œ"): "oe"}
"""Letters that look like two others beside each other, from the same list."""


def _bare(letter: str) -> str:
    """A Latin letter or a digit without what is drawn on it or around it; anything else as it is."""
    import unicodedata

    if letter.isascii() or unicodedata.category(letter).startswith("M"):
        return letter
    digit = unicodedata.digit(letter, None)
    if digit is not None:
        return str(digit)
    kind, _, base = unicodedata.name(letter, "").partition(" WITH ")[0].rpartition(" LETTER ")
    if len(base) == 1 and kind.endswith(("LATIN CAPITAL", "LATIN SMALL", "REGIONAL INDICATOR SYMBOL")):
        return base.lower() if kind.endswith("SMALL") else base
    return letter


def _is_drawn_on(letter: str) -> bool:
    """Whether a character is a mark on another one without which that is read the same. Vowel signs of scripts that
    write their vowels so are letters: they are of other classes of Unicode (canonical combining classes)."""
    import unicodedata

    place = unicodedata.combining(letter)
    return place == 1 or 10 <= place <= 36 or place >= 200 or unicodedata.category(letter) == "Me"


def _letters_of(way: str) -> str:
    """What of a name is letters and digits; all of it where it has none, so that two such names are not one."""
    import unicodedata

    parted = unicodedata.normalize("NFKD", way)
    kept = (each for each in parted if not _is_drawn_on(each) and unicodedata.category(each)[0] not in "PSZ")
    return "".join(kept) or way


def _in_any_typeface(name: str) -> frozenset[str]:
    return frozenset(_letters_of(way).translate(_IN_PARTS) for way in _ways_in_any_typeface(name))


def readings_in_any_typeface(name: str) -> frozenset[str]:
    """What the name of a thing is read as, in letters, digits and signs that only some typefaces tell apart: two that
    have one of these in common may be taken for one. Signs between letters count, whichever dash it is: `1.1` is not
    `11`."""
    return frozenset(way.translate(_IN_PARTS) for way in _ways_in_any_typeface(name))


def _ways_in_any_typeface(name: str) -> frozenset[str]:
    import unicodedata

    name = "".join(map(_bare, name))
    plain = unicodedata.normalize("NFKC", name.translate(_table(_SIGNS)))
    return readings(name).union(*(readings(plain.translate(read)) for read in _TYPEFACES))


def readings(name: str) -> frozenset[str]:
    """What a name is read as, in Latin letters where its own look like them: two names are read alike that have one
    of these in common. Some letters look like another script's as capitals alone, others when small."""
    if name.isascii():
        return frozenset((_read(name),))
    signs = name.translate(_table(_SIGNS))
    return frozenset((_read(signs), _read(_shown(signs).translate(_table(_LARGE)))))


def _read(name: str) -> str:
    import unicodedata

    if name.isascii():
        return fold_name(name)
    # Small letters are looked at before the folding too: it makes another letter of some, as a sigma of a lunate one.
    letters = unicodedata.normalize("NFKD", fold_name(name.translate(_table(_SMALL)))).replace("i\u0307", "i")
    return fold_name(letters.translate(_table(_SMALL, _ONLY)))


def latin_lookalike(letter: str) -> str | None:
    """The Latin letter that a letter of another script with such letters looks like; None where it looks like none."""
    if _script(letter) in (None, "LATIN"):
        return None
    read = _table(_LARGE, _ONLY).get(ord(letter)) or _table(_SMALL).get(ord(letter))
    return read or _table(_SMALL).get(ord(small) if len(small := letter.casefold()) == 1 else -1)


def read_alike(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each name that is read like one before it, with that one."""
    known: dict[str, str] = {}
    for name in names:
        ways = readings(name)
        before = next((known[way] for way in ways if way in known), None)
        if before is not None:
            yield name, before
        known.update((way, name) for way in ways if way not in known)


def refuse_unclear_name(name: str, what: str) -> None:
    """Refused for a name that mixes scripts whose letters look alike, or in which something shows nothing.

    `sam` with a Cyrillic letter in the middle reads like `sam`, and would be a second person beside it. what: what the
    name is of, for the error.
    """
    problem = unclear(name)
    if problem is not None:
        raise Refused(f"{what} {name!a} {problem[0]}; nothing was changed", hint=problem[1])


def unclear(name: str) -> tuple[str, str] | None:
    """Why a name may be read as another, in words that follow it, and what to write instead; None for a clear one."""
    if name.isascii() and name.strip():
        return None
    folded = fold_name(name)
    scripts = {script for letter in folded if (script := _script(letter)) is not None}
    if len(scripts) > 1:
        mixed = " and ".join(sorted(script.capitalize() for script in scripts))
        return f"mixes {mixed} letters, which look alike", "write the name in letters of one script"
    if not folded:
        return "shows nothing", "give a name"
    unseen = next((letter for letter in name if is_invisible(letter)), None)
    if unseen is not None:
        return f"has a character that shows nothing (U+{ord(unseen):04X})", "write the name without that character"
    return None


def _script(letter: str) -> str | None:
    import unicodedata

    first = unicodedata.name(letter, "").split(" ")[0]
    return first if first in _ALIKE else None
