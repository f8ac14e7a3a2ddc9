"""Pages drawn from data: tagged PDF (PDF/UA-1). Whatever stands on a page comes in as data, never as its source."""

import json
from functools import cache, lru_cache
from pathlib import Path

import typst
from django.utils.translation import get_language

HERE = Path(__file__).resolve().parent
NO_LETTER = "could not be displayed"  # how the page maker says that no font has a letter
IN_ITS_PLACE = "?"
# Ours, and for letters that it lacks whatever this computer has; the last one comes with the page maker.
FAMILIES = ["Atkinson Hyperlegible", "Noto Sans", "DejaVu Sans", "Libertinus Serif"]
NotDrawn = typst.TypstError


def draw(drawing: str, words: dict) -> bytes:
    """A PDF of `words`, drawn by the file `drawing`. Raises `NotDrawn`."""
    pack = words | {"language": (get_language() or "en").split("-")[0], "fonts": FAMILIES}
    try:
        return _made(_source(drawing), pack)
    except NotDrawn as trouble:
        if NO_LETTER not in trouble.message:
            raise
        return _made(_source(drawing), _with_letters_we_have(pack))
    finally:
        _forget()


def _made(source: bytes, pack: dict) -> bytes:
    compiler = typst.Compiler(source, root=HERE, font_paths=_fonts(), sys_inputs={"pack": json.dumps(pack)})
    made = compiler.compile(format="pdf", pdf_standards="ua-1")
    assert isinstance(made, bytes)
    return made


def _forget() -> None:
    """The page maker keeps what it knew of the last ten documents, 20 MB each: after as many empty ones it is gone."""
    for _time in range(11):
        typst.compile(b"", format="svg", font_paths=_fonts())


@cache
def _source(drawing: str) -> bytes:
    return (HERE / drawing).read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Ours for what most houses write; fonts of this computer for names in other scripts."""
    return typst.Fonts(font_paths=[HERE / "fonts"])


def _with_letters_we_have(value):
    """`value` with a question mark for each letter that no font here can draw: a page with a gap beats no page."""
    if isinstance(value, dict):
        return {key: _with_letters_we_have(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_letters_we_have(one) for one in value] if value and not isinstance(value[0], int) else value
    if isinstance(value, str) and not (_is_plain(value) or _has_letters(value)):
        return "".join(one if _is_plain(one) or _has_letters(one) else IN_ITS_PLACE for one in value)
    return value


def _is_plain(words: str) -> bool:
    return words.isascii() and words.isprintable()


@lru_cache(500)
def _has_letters(words: str) -> bool:
    try:
        _made(PROBE, {"words": words, "fonts": FAMILIES})
    except NotDrawn:
        return False
    return True


PROBE = b"""#let pack = json(bytes(sys.inputs.pack))
#set document(title: "probe")
#set text(font: pack.fonts, lang: "en")
#pack.words
"""
