"""Time away: at home or in hospital for a while, said by the member or by staff at their word, always with an end."""

import datetime as dt
import re

import pytest
import time_machine

from attendance import actions
from attendance.models import TimeAway
from members.models import AuditRecord
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.page]
TUESDAY = dt.date(2026, 10, 6)
MINE = "/me/time-away/"
HOME = {"place": "home", "from_on": "2026-10-06", "until_on": "2026-10-20"}


@pytest.fixture(autouse=True)
def on_tuesday_at_ten():
    with time_machine.travel(dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC), tick=False):
        yield


def in_days(ahead: int) -> dt.date:
    return TUESDAY + dt.timedelta(days=ahead)


def away(member, by, *, place="hospital", since=-2, ahead=10) -> TimeAway:
    days = {"from_on": in_days(since), "until_on": in_days(ahead)}
    return actions.set_time_away(member=member, place=place, by=by.user, **days)


def was_away(member, since=-9, until=-1, by=None) -> TimeAway:
    days = {"from_on": in_days(since), "until_on": in_days(until)}
    return TimeAway.objects.create(member=member, place="hospital", at=make.noon(in_days(since)), by=by, **days)


def words_of(page) -> str:
    body = page.content.decode()
    return " ".join(re.sub(r"<[^>]*>", " ", body[body.index("<main") : body.index("</main>")]).split())


def test_amara_says_it_herself_makes_it_longer_and_is_back(amara, as_):
    browser = as_(amara)
    assert browser.post(MINE, HOME).url == MINE
    assert "From Tuesday 6 October until Tuesday 20 October. You wrote it down on" in words_of(browser.get(MINE))
    browser.post(MINE, HOME | {"until_on": "2026-11-20"})
    assert list(TimeAway.objects.values_list("place", "from_on", "until_on")) == [
        ("home", TUESDAY, dt.date(2026, 11, 20))
    ]
    with time_machine.travel(dt.datetime(2026, 10, 9, 14, 0, tzinfo=dt.UTC)):
        browser = as_(amara)
        browser.post(MINE, {"action": "end"})
        assert TimeAway.objects.get().until_on == dt.date(2026, 10, 8)
        assert "Earlier Mostly at home From Tuesday 6 October until Thursday 8 October." in words_of(browser.get(MINE))
    assert [(it.verb, it.about, it.after) for it in AuditRecord.objects.order_by("seq")] == [
        ("attendance.set_time_away", amara, HOME),
        ("attendance.set_time_away", amara, {"until_on": "2026-11-20"}),
        ("attendance.end_time_away", amara, {"until_on": "2026-10-08"}),
    ]


def test_sam_writes_it_down_at_her_word_and_she_reads_who_did(amara, noor, sam, as_):
    away(noor, sam)
    posted = as_(sam).post(f"/members/{amara.pk}/time-away/", HOME | {"place": "hospital"})
    assert posted.url == f"/members/{amara.pk}/"
    assert "In hospital From Tuesday 6 October until Tuesday 20 October. Sam wrote it down on" in words_of(
        as_(amara).get(MINE)
    )
    lines = as_(amara).get("/me/looks/").context["lines"]
    assert [(line.who, line.did) for line in lines] == [("Sam Rivers", "wrote down your time away")]
    as_(sam).get(f"/members/{amara.pk}/time-away/")
    assert AuditRecord.objects.filter(verb="look_at_member", about=amara).count() == 1


def test_staff_read_no_more_of_what_is_over(amara, sam, as_):
    was_away(amara)
    page = as_(sam).get(f"/members/{amara.pk}/time-away/")
    assert ("27 September" in words_of(page), page.context["away"]) == (False, None)
    assert "In hospital From Sunday 27 September until" in words_of(as_(amara).get(MINE))


def test_saved_twice_or_ended_twice_nothing_more_is_written(amara, sam):
    for _ in range(2):
        away(amara, sam)
    for _ in range(2):
        actions.end_time_away(member=amara, by=sam.user)
    assert (TimeAway.objects.count(), AuditRecord.objects.count()) == (1, 2)


@pytest.mark.parametrize("since", [0, 3])
def test_what_began_today_or_was_to_come_leaves_nothing(amara, sam, since):
    away(amara, sam, since=since)
    actions.end_time_away(member=amara, by=sam.user)
    assert (TimeAway.objects.count(), AuditRecord.objects.order_by("seq").last().after) == (
        0, {"place": None, "from_on": None, "until_on": None},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("since", "ahead", "refusal", "words"),
    [
        (3, 2, actions.AwayEndsFirst, "The last day comes before the first one"),
        (-5, -1, actions.AwayIsOver, "That day is over"),
        (0, 91, actions.AwayTooLong, "in the next 90 days. You can always make it longer"),
        (-367, 5, actions.AwaySinceLongAgo, "Look at the year again"),
    ],
)
def test_what_cannot_be(amara, sam, as_, since, ahead, refusal, words):
    with pytest.raises(refusal, match=words):
        away(amara, sam, since=since, ahead=ahead)
    posted = as_(amara).post(MINE, {"place": "home", "from_on": in_days(since), "until_on": in_days(ahead)})
    assert (posted.status_code, words in posted.context["form"].errors[refusal.field][0]) == (422, True)
    assert TimeAway.objects.count() == 0


@pytest.mark.parametrize(("since", "ahead"), [(0, 0), (0, 90), (-366, 90), (90, 90)])
def test_the_edges_are_fine(amara, sam, since, ahead):
    assert away(amara, sam, since=since, ahead=ahead).until_on == in_days(ahead)


def test_an_end_is_always_asked_for_and_what_was_typed_is_kept(amara, as_):
    posted = as_(amara).post(MINE, {"place": "hospital", "from_on": "2026-10-01", "until_on": ""})
    assert (posted.status_code, posted.context["form"].errors) == (
        422, {"until_on": ["Choose a day, like 2026-10-05."]},
    )  # fmt: skip
    assert 'value="2026-10-01"' in posted.content.decode()


def test_only_staff_write_for_others(amara, noor, idris, as_):
    for person in (amara, idris):
        assert as_(person).post(f"/members/{noor.pk}/time-away/", HOME).status_code == 403
    assert TimeAway.objects.count() == 0


def test_it_is_on_from_its_first_day_to_its_last(amara, sam):
    away(amara, sam, since=0, ahead=2)
    assert [TimeAway.objects.on(in_days(n)).exists() for n in (-1, 0, 2, 3)] == [False, True, True, False]


def test_the_page_stays_short(amara, as_):
    for n in range(5):
        was_away(amara, -90 + n, -80 + n)
    browser = as_(amara)
    browser.post(MINE, HOME)
    page = browser.get(MINE)
    body = page.content.decode()
    assert len(words_of(page).split()) <= 150
    assert body[body.index("<main") : body.index("</main>")].count("<a ") <= 7


def test_every_stretch_that_was_ever_written_can_be_read(amara, as_):
    """Must-never 5: always."""
    written = [was_away(amara, -90 + n, -80 + n).pk for n in range(5)]
    browser = as_(amara)
    read = [stay.pk for page in (1, 2) for stay in browser.get(f"{MINE}?page={page}").context["earlier"]]
    assert sorted(read) == written
    assert "?page=2" in browser.get(MINE).content.decode()


@pytest.mark.parametrize("how_many", [1, 3])
def test_it_costs_the_same_for_one_and_for_three(amara, sam, as_, how_many, django_assert_num_queries):
    browser = as_(amara)
    browser.get("/me/")
    for n in range(how_many):
        was_away(amara, -9, -8 + n, sam.user)
    make.visit(amara, TUESDAY)
    with django_assert_num_queries(6):  # session, person, house, what runs, what was, and how much of it
        assert len(browser.get(MINE).context["earlier"]) == how_many
