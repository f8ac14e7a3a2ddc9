"""Everything we say is easy to read: grade 5 on average, no sentence above 7.

Members take part in all the house's work, so nothing is left out: pages, refusals, mail, labels, settings, reports.
"""

import re
from collections.abc import Callable
from functools import cache
from statistics import mean

import pytest

from tests import reading_grade
from tests.reading_grade import ROOT, grade, said_in_code, said_in_template, sentences, syllables

pytestmark = pytest.mark.once
ON_AVERAGE, AT_MOST = 5, 7


def said_in_catalogue(source: str) -> list[str]:
    """What the house says instead of Django."""
    return re.findall(r'^msgstr (?:\[\d\] )?"(.+)"$', source, re.M)


@cache
def everything_said() -> list[tuple[str, str]]:
    """(place, sentence) of all that somebody may read."""
    pages = [path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    code = [
        path
        for app in ("members", "activities", "attendance", "clubhouse")
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
    ]
    said: list[tuple[Callable, list]] = [
        (said_in_template, pages),
        (said_in_code, code),
        (said_in_catalogue, [ROOT / "locale/en/LC_MESSAGES/django.po"]),
    ]
    return [
        (path.relative_to(ROOT).as_posix(), sentence)
        for read, paths in said
        for path in sorted(paths)
        for text in read(path.read_text())
        for sentence in sentences(text)
    ]


def too_hard(said: list[tuple[str, str]]) -> list[str]:
    return [f"{place}: {grade(sentence):.1f}: {sentence}" for place, sentence in said if grade(sentence) > AT_MOST]


def test_everything_we_say_is_easy_to_read():
    said = everything_said()
    assert too_hard(said) == []
    assert mean(grade(sentence) for _, sentence in said) <= ON_AVERAGE
    assert len(said) > 1200


def test_sentences_are_found_wherever_they_stand():
    found = {place.split("/")[0] for place, _ in everything_said()}
    assert found == {"templates", "members", "activities", "attendance", "clubhouse", "locale"}


@pytest.mark.parametrize(
    ("sentence", "school_year"),
    [
        # Counted by hand: 0.39 x words + 11.8 x syllables / words - 15.59.
        ("The cat sat on the mat.", 0.39 * 6 + 11.8 * 6 / 6 - 15.59),
        ("You can take it back with one tap.", 0.39 * 8 + 11.8 * 8 / 8 - 15.59),
        (
            "Notification settings necessitate administrative verification.",
            0.39 * 5 + 11.8 * (5 + 2 + 4 + 5 + 5) / 5 - 15.59,
        ),
    ],
)
def test_a_grade_is_what_one_counts_by_hand(sentence, school_year):
    assert grade(sentence) == pytest.approx(school_year)


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("tea", 1),
        ("kitchen", 2),
        ("don't", 1),
        ("everybody", 4),
        ("everybody's", 4),
        ("carried-over", 4),
        ("12", 1),
        ("member", 2),
        ("coordinator", 2),  # a name of the house
        ("zzbroomle", 2),  # no dictionary knows it
        ("brime", 1),
    ],
)
def test_syllables(word, number):
    assert syllables(word) == number


def test_a_hard_sentence_is_heard():
    hard = "Participation necessitates comprehensive authentication."
    assert too_hard([("a page", "Take a seat at the table."), ("a page", hard)]) == [
        f"a page: {grade(hard):.1f}: {hard}"
    ]


def test_a_long_sentence_is_heard_too():
    long = "Go in " + "and take the bread to the big red shed " * 3
    assert too_hard([("a page", long)]) != []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Save this. You can change it later! Can you?", ["You can change it later!"]),
        ("Save changes", []),
        ("%(name)s is here since %(time)s.", ["Robin is here since Robin ."]),
        ("There are %(count)d people here.", ["There are 7 people here."]),
        ("<strong>One</strong> of us will&nbsp;call.", ["One of us will call."]),
        ("She said “come in today.” Then we ate our lunch.", ["She said “come in today.", "Then we ate our lunch."]),
    ],
)
def test_sentences(text, found):
    assert sentences(text) == found


def test_what_a_template_says():
    source = """{% translate "One tea" %} not <b>marked</b> {% include "x.html" with words=_("Two teas") %}
    {% blocktranslate trimmed count n=n %}{{ n }} cup{% plural %}{{ n }} cups{% endblocktranslate %}"""
    assert [" ".join(text.split()) for text in said_in_template(source)] == [
        "One tea",
        "Two teas",
        "{n} cup",
        "{n} cups",
    ]


def test_what_code_says():
    source = """
from django.utils.translation import gettext_lazy as _, ngettext
a = _("Sit " "down") % {"x": "not this"}
b = ngettext("one seat", "%(count)d seats", 3)
c = "nor this"
"""
    assert sorted(said_in_code(source)) == ["%(count)d seats", "Sit down", "one seat"]


def test_a_name_counted_as_simple_is_one_we_use():
    said = " ".join(sentence for _, sentence in everything_said()).lower()
    assert [name for name in reading_grade.NAMES_OF_THE_HOUSE if not re.search(rf"\b{name}\b", said)] == []
