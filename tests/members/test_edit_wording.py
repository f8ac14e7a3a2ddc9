"""The house's own sentences around a message: what they may hold, and what never."""

import pytest

from members import actions
from members.models import AuditRecord, HouseWording
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.page]


def edit(by, opening: str = "", closing: str = "", *, language: str = "en") -> HouseWording | None:
    return actions.edit_wording(kind="weekly_summary", language=language, opening=opening, closing=closing, by=by.user)


def test_dana_changes_them_and_takes_them_away(dana):
    for _twice in range(2):
        wording = edit(dana, "The kettle  is on.\n", "Bring a friend.")
        assert (wording.opening, wording.closing, wording.by) == ("The kettle is on.", "Bring a friend.", dana.user)
    edit(dana, "El agua hierve.", language="es")
    edit(dana, closing="Bring a friend.")
    assert edit(dana) is None
    assert list(HouseWording.objects.values_list("language", "opening")) == [("es", "El agua hierve.")]
    assert [(r.subject, r.before, r.after) for r in AuditRecord.objects.order_by("seq")] == [
        (
            "wording weekly_summary en",
            {"opening": "", "closing": ""},
            {"opening": "The kettle is on.", "closing": "Bring a friend."},
        ),
        ("wording weekly_summary es", {"opening": ""}, {"opening": "El agua hierve."}),
        ("wording weekly_summary en", {"opening": "The kettle is on."}, {"opening": ""}),
        ("wording weekly_summary en", {"closing": "Bring a friend."}, {"closing": ""}),
    ]


@pytest.mark.parametrize(
    ("sentence", "refusal", "says"),
    [
        ("x" * 161, actions.TooLong, "160 letters"),
        ("You Must come.", actions.NotInAMessage, "“Must” can sound like blame"),
        ("We missed you.", actions.NotInAMessage, "“missed”"),
        ("See you at the Clubhouse.", actions.TellsTheKindOfPlace, "“Clubhouse” tells what kind of place we are"),
        ("Look at https://elm.example", actions.HoldsALink, "Leave links and addresses out"),
        ("Look at elm-house.org for more.", actions.HoldsALink, "links"),
        ("Write to us@elm", actions.HoldsALink, "links"),
        ("With love from Amara.", actions.NamesSomebody, "“Amara” is a name on the roll"),
        ("Okafor's soup is on.", actions.NamesSomebody, "“Okafor”"),
        ("ZOE bakes.", actions.NamesSomebody, "“Zoë”"),
        ("Bake with Mary-Ann.", actions.NamesSomebody, "“Mary”"),
        ("Ask for O’Neil.", actions.NamesSomebody, "“O'Neil”"),
        ("नीता के साथ", actions.NamesSomebody, "“नीता”"),
        ("مرحبا من نور", actions.NamesSomebody, "“نور”"),
    ],
)
@pytest.mark.parametrize("field", ["opening", "closing"])
def test_what_it_may_not_hold_is_said_beside_its_field(field, sentence, refusal, says, dana, amara):
    make.member("Zoë Hart")
    make.member("Mary Ann")
    for name in ("نور", "नीता", "Pat O'Neil"):
        make.member(name)
    with pytest.raises(refusal, match=says) as refused:
        edit(dana, **{field: sentence})
    assert (refused.value.field, HouseWording.objects.count(), AuditRecord.objects.count()) == (field, 0, 0)


@pytest.mark.parametrize(
    "sentence", ["x" * 160, "We hope that you will come at 5 p.m.", "Ask Sam, 9.30 to noon.", "Coffee and musty books."]
)
def test_plain_words_pass(sentence, dana, sam, amara):
    make.member("Hope Will")
    assert edit(dana, sentence).opening == sentence


def test_names_of_who_died_or_was_joined_with_another_are_names_too(dana, amara):
    make.member("Iris Bell", deceased_on="2024-01-01")
    make.member("Ivy Bell", merged_into=amara)
    for name in ("Iris", "Ivy"):
        with pytest.raises(actions.NamesSomebody):
            edit(dana, f"From {name}, with thanks.")
