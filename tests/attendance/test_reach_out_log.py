"""What is written down about reach-outs: the house's log, one member's, and what the member reads of it."""

import datetime as dt
import re
import uuid

import pytest
import time_machine

from attendance import actions
from attendance.models import CorrectionRequest, ReachOut, TimeAway
from attendance.reports import monthly_report
from clubhouse.converters import Month
from members.models import AuditRecord
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.page]
TUESDAY = dt.date(2026, 10, 6)
LOG = "/reach-out/log/"
QUIET = "Choose a day after today, at most a year ahead."


@pytest.fixture(autouse=True)
def on_tuesday_at_noon():
    with time_machine.travel(dt.datetime(2026, 10, 6, 16, 0, tzinfo=dt.UTC), tick=False) as clock:
        make.house(time_zone="America/Detroit")
        yield clock


def written(member, by, day=TUESDAY, clock="10:00", channel="phone", outcome="spoke", **more) -> ReachOut:
    at = make.house().at(day, dt.time.fromisoformat(clock))
    replied = outcome in ReachOut.ANSWERED
    by = by.user if by else None
    return ReachOut.objects.create(
        member=member, at=at, channel=channel, outcome=outcome, replied=replied, by=by, **more
    )


def words_of(page) -> str:
    body = page.content.decode()
    return " ".join(re.sub(r"<[^>]*>", " ", body[body.index("<main") : body.index("</main>")]).split())


def test_the_log_is_short_newest_first_and_keeps_notes_to_itself(amara, noor, sam, idris, as_):
    written(amara, sam, dt.date(2026, 10, 5), topic="canaries", note="She hums.")
    written(noor, idris, channel="card", outcome="left_message")
    page = as_(idris).get(LOG)
    words = words_of(page)
    assert "Tuesday 6 October, 10 am Noor H. card Left a message Idris Take back" in words
    assert "Monday 5 October, 10 am Amara O. phone We spoke Sam" in words
    assert words.index("Noor H.") < words.index("Amara O.")
    assert [word for word in ("canaries", "hums", "Okafor", "/members/") if word in page.content.decode()] == []
    assert words.count("Take back") == 2  # the heading, and his own


@pytest.mark.parametrize(
    "gone",
    [{"reach_out_wanted": False}, {"quiet_until_on": TUESDAY}, {"deceased_on": TUESDAY}, {"withdrawn_on": TUESDAY}],
    ids=lambda it: next(iter(it)),
)
def test_who_has_the_duty_alone_reads_nothing_more_of_whom_the_list_names_no_more(amara, noor, sam, idris, as_, gone):
    written(amara, sam, outcome="hospital")
    written(amara, idris, clock="11:00", outcome="no_answer")
    written(noor, sam)
    for name, value in gone.items():
        setattr(amara, name, value)
    amara.save()
    assert [row.outcome for row in as_(idris).get(LOG).context["page"]] == ["no_answer", "spoke"]
    assert [row.outcome for row in as_(sam).get(LOG).context["page"]] == ["no_answer", "spoke", "hospital"]


def test_filtered_by_unit_and_by_colleague(amara, noor, sam, idris, dana, as_):
    kitchen = make.unit("Kitchen")
    sam.units.add(kitchen), kitchen.members.add(idris)
    mine = {who: written(amara, who, clock=f"0{8 + n}:00") for n, who in enumerate((sam, idris, dana), -1)}
    browser = as_(dana)
    assert list(browser.get(LOG, {"unit": kitchen.pk}).context["page"]) == [mine[idris], mine[sam]]
    assert list(browser.get(LOG, {"by": dana.user.pk}).context["page"]) == [mine[dana]]
    assert list(browser.get(LOG, {"unit": "x", "by": "y"}).context["page"]) == [mine[dana], mine[idris], mine[sam]]


def test_a_months_figures_are_those_of_the_report_until_yesterday(amara, noor, sam, dana, as_):
    monday, thursday = dt.date(2026, 10, 5), dt.date(2026, 10, 1)
    for clock, outcome in (("09:00", "no_answer"), ("10:00", "left_message"), ("11:00", "hospital")):
        written(amara, sam, monday, clock, outcome=outcome)
    written(noor, dana, thursday, channel="text", outcome="will_come")
    written(noor, dana, TUESDAY)  # today is not over
    make.visit(noor, dt.date(2026, 10, 2))
    make.visit(amara, TUESDAY)  # nor does this count yet
    page = as_(dana).get(LOG)
    figures = page.context["figures"]
    assert figures == monthly_report(Month(2026, 10)).reach_out
    assert (figures.attempts, figures.replies, figures.distinct_members, figures.back_within_14_days) == (4, 2, 2, 1)
    assert figures.by_channel == {"phone": 3, "text": 1}
    links = re.findall(r'href="(/reports/2026-10/figures/[^"]+)"', page.content.decode())
    assert [link.split("reach_out.")[1] for link in links] == [
        "attempts/", "replies/", "distinct_members/", "back_within_14_days/", "by_channel/",
    ]  # fmt: skip
    assert [as_(dana).get(link).status_code for link in links] == [200] * 5
    assert "Friendly contacts we tried" in words_of(page)


def test_a_units_figures_count_each_contact_once_and_lead_nowhere(amara, noor, sam, idris, dana, as_):
    """Idris has two home bases, and called the same person twice the same way."""
    kitchen, desk = make.unit("Kitchen"), make.unit("Clerical")
    for unit in (kitchen, desk):
        unit.members.add(idris)
    for clock in ("09:00", "10:00"):
        written(amara, idris, dt.date(2026, 10, 5), clock)
    written(noor, dana, dt.date(2026, 10, 5))
    page = as_(dana).get(LOG, {"unit": kitchen.pk})
    assert (page.context["figures"].attempts, page.context["figures"].distinct_members) == (2, 1)
    assert "/figures/" not in page.content.decode()
    assert "Reach-outs 2 Friendly contacts" in words_of(page)


def test_on_the_first_of_a_month_there_are_no_figures_yet(dana, as_, on_tuesday_at_noon):
    on_tuesday_at_noon.move_to(dt.datetime(2026, 11, 1, 16, 0, tzinfo=dt.UTC))
    assert "The month begins today. Its first figures come tomorrow." in words_of(as_(dana).get(LOG))


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_log_costs_the_same_for_one_and_for_three(
    amara, noor, sam, idris, dana, as_, how_many, django_assert_num_queries
):
    browser = as_(dana)
    browser.get("/me/")
    people = [(amara, sam), (noor, idris), (amara, dana)]
    for n, (member, by) in enumerate(people[:how_many]):
        written(member, by, dt.date(2026, 10, 5), f"1{n}:00")
    with django_assert_num_queries(8):  # session, person (2), house, colleagues, units, figures, count, rows
        assert len(browser.get(LOG).context["page"]) == how_many


@pytest.mark.parametrize("how_many", [1, 3])
def test_her_own_costs_the_same_for_one_and_for_three(amara, sam, as_, how_many, django_assert_num_queries):
    browser = as_(amara)
    browser.get("/me/")
    for n in range(how_many):
        written(amara, sam, clock=f"0{7 + n}:00")
    with django_assert_num_queries(5):  # session, person, house, count, rows
        assert len(browser.get("/me/reach-out/").context["page"]) == how_many


def test_amara_reads_every_word_about_her_and_nobody_elses(amara, noor, sam, as_):
    written(amara, sam, topic="tomatoes", note="You look forward to Monday.")
    written(amara, None, dt.date(2020, 10, 5), outcome="")  # from a spreadsheet
    written(noor, sam, note="A canary.")
    words = words_of(as_(amara).get("/me/reach-out/"))
    assert "Tuesday 6 October Sam (phone) We spoke We talked about: tomatoes You look forward to Monday." in words
    assert "Monday 5 October 2020 Phone Not answered" in words
    assert "canary" not in words


def test_the_page_stays_short(amara, sam, as_):
    for n in range(9):
        written(amara, sam, clock=f"0{n}:00", topic="tomatoes", note="You look forward to Monday.")
    for number in (1, 2, 3):
        page = as_(amara).get("/me/reach-out/", {"page": number})
        body = page.content.decode()
        assert body[body.index("<main") : body.index("</main>")].count("<a ") <= 7
        assert len(words_of(page).split()) <= 150


def test_what_is_not_right_reaches_staff_with_what_is_written(amara, noor, sam, as_):
    mine, noors = written(amara, sam, note="Likes chess."), written(noor, sam)
    assert as_(amara).get(f"/me/reach-out/{noors.pk}/correction/").status_code == 404
    browser = as_(amara)
    assert "Likes chess." in words_of(browser.get(f"/me/reach-out/{mine.pk}/correction/"))
    assert browser.post(f"/me/reach-out/{mine.pk}/correction/", {"words": "It was draughts."}).url == "/me/visits/"
    asked = CorrectionRequest.objects.get()
    assert (asked.member, asked.day, asked.words) == (amara, TUESDAY, "It was draughts.")
    page = as_(sam).get("/arrivals/corrections/")
    assert ("Likes chess." in words_of(page), f"/members/{amara.pk}/reach-out/" in page.content.decode()) == (
        True,
        True,
    )
    empty = browser.post(f"/me/reach-out/{mine.pk}/correction/", {"words": ""})
    assert (empty.status_code, list(empty.context["form"].errors)) == (422, ["words"])


def test_sam_sees_the_last_five_on_her_page_and_all_behind_it(amara, sam, as_):
    for n in range(7):
        written(amara, sam, clock=f"0{n}:00", note=f"note {n}")
    browser = as_(sam)
    page, every = (words_of(browser.get(f"/members/{amara.pk}/{more}")) for more in ("", "reach-out/"))
    top = browser.get(f"/members/{amara.pk}/reach-out/").content.decode().split("<main")[0]
    assert set(re.findall(r'aria-current="page"\s*>([^<]*)<', top)) == {"Members"}  # and not Reach-out, too
    assert [n for n in range(7) if f"note {n}" in page] == [2, 3, 4, 5, 6]
    assert [n for n in range(7) if f"note {n}" in every] == list(range(7))
    assert AuditRecord.objects.filter(verb="look_at_member", about=amara).count() == 3


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, [False, False]),
        ({"reach_out_wanted": False}, [False, True]),
        ({"quiet_until_on": TUESDAY}, [True, False]),
        ({"quiet_until_on": TUESDAY - dt.timedelta(days=1)}, [False, False]),
    ],
)
def test_her_page_says_whether_she_asked_for_peace(amara, sam, as_, fields, says):
    for name, value in fields.items():
        setattr(amara, name, value)
    amara.save()
    page = words_of(as_(sam).get(f"/members/{amara.pk}/"))
    assert [
        words in page for words in ("Nobody calls or writes until Tuesday 6 October.", "on no reach-out list")
    ] == says


# -- Written down later ------------------------------------------------------------------------------------------------


def said(**more) -> dict:
    return {
        "key": str(uuid.uuid4()), "day": "2026-10-05", "time": "14:30", "channel": "phone", "outcome": "spoke",
        "topic": "the choir", "note": "Sings on Wednesdays.",
    } | more  # fmt: skip


@pytest.fixture
def reachable(amara):
    amara.phone, amara.address = "555 0101", "1 Elm Street"
    amara.save()
    return amara


def test_sam_met_her_in_town_and_writes_it_down(reachable, sam, as_):
    browser = as_(sam)
    asked = browser.post(f"{LOG}add/", {"who": "amara"})
    assert asked.url == f"/members/{reachable.pk}/reach-out/add/"
    page = browser.get(asked.url)
    assert re.findall(r'name="channel" value="(\w+)"', page.content.decode()) == ["phone", "text", "card"]
    assert browser.post(asked.url, said()).url == f"/members/{reachable.pk}/reach-out/"
    row = ReachOut.objects.get()
    assert (row.member, row.channel, row.outcome, row.replied, row.by) == (reachable, "phone", "spoke", True, sam.user)
    assert (row.at.isoformat(), row.topic, row.note) == (
        "2026-10-05T18:30:00+00:00", "the choir", "Sings on Wednesdays.",
    )  # fmt: skip
    assert AuditRecord.objects.order_by("seq").last().verb == "attendance.log_reach_out"


def test_a_name_that_may_be_two_people_is_asked_about(sam, as_):
    make.member("Ana Pereira"), make.member("Ana Perez")
    answer = as_(sam).post(f"{LOG}add/", {"who": "ana per"})
    assert (answer.status_code, answer.context["form"].errors) == (
        422, {"who": ["Several people may be meant. Choose one, or write more of the name."]},
    )  # fmt: skip
    assert 'value="ana per"' in answer.content.decode()


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"day": "2026-10-06", "time": "12:01"}, "time", "That time has not come yet."),
        ({"day": "2024-10-05"}, "day", "Look at the year again."),
        ({"channel": "email"}, "channel", "This page is out of date. Load it again, then tap once more."),
        ({"day": "2026-10-05", "time": "09:00"}, "time", "One at that time is written down already."),
        (
            {"outcome": "quiet", "quiet_until_on": ""},
            "quiet_until_on",
            "Choose a day after today, at most a year ahead.",
        ),
    ],
)
def test_what_cannot_be_written_down(reachable, sam, as_, more, field, words):
    written(reachable, sam, dt.date(2026, 10, 5), "09:00")
    answer = as_(sam).post(f"/members/{reachable.pk}/reach-out/add/", said(**more))
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [words]})
    assert (ReachOut.objects.count(), "Sings on Wednesdays." in answer.content.decode()) == (1, True)


def test_each_refusal_of_the_action(reachable, sam):
    now = make.house().at(TUESDAY, dt.time(12))
    rest = {"member": reachable, "outcome": "spoke", "by": sam.user}
    written(reachable, sam, clock="09:00")
    for refusal, at, channel in [
        (actions.ReachOutAhead, now + dt.timedelta(minutes=1), "phone"),
        (actions.ReachOutLongAgo, now - dt.timedelta(days=367), "phone"),
        (actions.ChannelOff, now, "visit"),
        (actions.ReachOutTwice, make.house().at(TUESDAY, dt.time(9)), "phone"),
    ]:
        with pytest.raises(refusal):
            actions.add_reach_out(at=at, channel=channel, key=uuid.uuid4(), **rest)
    assert ReachOut.objects.count() == 1


def test_a_second_tap_is_the_same_reach_out(reachable, sam, as_):
    once = said()
    for _ in range(2):
        assert as_(sam).post(f"/members/{reachable.pk}/reach-out/add/", once).status_code == 302
    assert ReachOut.objects.count() == 1


def test_with_the_phone_off_there_is_no_way_to_say_we_called(reachable, sam, as_):
    reachable.phone_allowed = reachable.post_allowed = False
    reachable.save()
    page = as_(sam).get(f"/members/{reachable.pk}/reach-out/add/")
    assert ("Ask in person." in words_of(page), 'name="channel"' in page.content.decode()) == (True, False)


def test_idris_takes_back_his_own_only_and_sam_every_one(amara, idris, sam, as_):
    his, sams = written(amara, idris), written(amara, sam, clock="09:00", note="Not so.")
    assert as_(idris).post(f"{LOG}{sams.pk}/take-back/").status_code == 404
    assert as_(idris).post(f"{LOG}{his.pk}/take-back/").url == LOG
    assert list(ReachOut.objects.all()) == [sams]
    assert as_(sam).post(f"{LOG}{sams.pk}/take-back/", {"then": "member"}).url == f"/members/{amara.pk}/reach-out/"
    assert ReachOut.objects.count() == 0
    records = AuditRecord.objects.filter(verb="attendance.take_back_reach_out").order_by("seq")
    assert [(it.by, it.about, it.before["note"]) for it in records] == [
        (idris.user, amara, ""),
        (sam.user, amara, "Not so."),
    ]
    lines = as_(amara).get("/me/looks/").context["lines"]
    assert {line.did for line in lines} == {"took back what was written about a reach-out"}


def test_what_was_set_with_it_is_as_it_was(reachable, sam, as_):
    as_(sam).post(f"/members/{reachable.pk}/reach-out/add/", said(outcome="hospital", away_until_on="2026-10-20"))
    assert TimeAway.objects.get().until_on == dt.date(2026, 10, 20)
    as_(sam).post(f"{LOG}{ReachOut.objects.get().pk}/take-back/")
    assert (ReachOut.objects.count(), TimeAway.objects.count()) == (0, 0)


def test_a_page_that_is_shown_again_because_something_is_not_right_was_looked_at_too(amara, sam, as_):
    assert as_(sam).post(f"/members/{amara.pk}/reach-out/add/", {"outcome": "spoke"}).status_code == 422
    record = AuditRecord.objects.get()
    assert (record.verb, record.about, record.by) == ("look_at_member", amara, sam.user)
