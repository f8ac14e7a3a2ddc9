"""What Amara joined, week by week: what was, nothing of what was not, and no other member's name."""

import datetime as dt
import re

import pytest

from activities.models import EventSignUp, SignUp
from attendance.my_weeks import MyWeek, Thanked, Thing, my_week, my_weeks
from clubhouse.converters import IsoWeek
from members.models import House
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.page]
MONDAY = dt.date(2026, 10, 5)
WEEK = IsoWeek.of(MONDAY)
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def after(days: int) -> dt.date:
    return MONDAY + dt.timedelta(days=days)


def on(member, title: str, days: int, *, done: bool = False, **fields):
    task = make.task(title, day=after(days), done_at=LONG_AGO if done else None, **fields)
    SignUp.objects.create(task=task, member=member, at=LONG_AGO, by=member.user)
    return task


def going(member, title: str, days: int, **fields):
    event = make.event(title, day=after(days), **fields)
    EventSignUp.objects.create(event=event, member=member, at=LONG_AGO, by=member.user)
    return event


def seen(member, now: dt.datetime, week: IsoWeek = WEEK) -> MyWeek:
    return my_week(member, week, House.objects.current(), now)


def at(days: int, clock: str) -> dt.datetime:
    return House.objects.current().at(after(days), dt.time.fromisoformat(clock))


NEXT_MONDAY = 7


def test_what_she_joined_and_nothing_of_what_she_did_not(amara, noor):
    kitchen, clerical = make.unit("Kitchen"), make.unit("Clerical")
    make.visit(amara, MONDAY, unit=clerical)
    make.visit(amara, MONDAY, "13:00", "15:00", unit=clerical)
    make.visit(amara, after(2), "10:00", "10:30", kind="virtual")
    make.visit(amara, after(3), kind="offsite")
    make.visit(amara, after(4), "17:00", "20:00", kind="social")
    make.visit(noor, after(1))
    make.visit(amara, after(-1), unit=make.unit("Canary"))
    make.visit(amara, after(7), unit=make.unit("Canary"))
    on(amara, "Lunch for 50", 0, done=True, unit=kitchen)
    on(amara, "Canary: not done", 0)
    on(amara, "Canary: she did not come", 1, done=True)
    on(amara, "Canary: called off", 0, done=True, called_off_at=LONG_AGO)
    on(noor, "Canary: of Noor", 0, done=True)
    going(amara, "Film night", 4)
    going(amara, "Canary: before she came", 4, starts_at=dt.time(9), ends_at=dt.time(10))
    going(amara, "Canary: on a day without her", 5)
    make.event("Canary: she did not sign up", day=after(4))
    on(amara, "Newsletter", 9)
    going(amara, "Lake", 10)
    on(amara, "Dishes", 7, starts_at=dt.time(9))
    on(amara, "Canary: next week, called off", 8, called_off_at=LONG_AGO)
    on(amara, "Canary: the week after next", 14)
    on(noor, "Canary: of Noor", 8)
    assert seen(amara, at(NEXT_MONDAY, "08:59")) == MyWeek(
        week=WEEK,
        at_the_house=(MONDAY, after(4)),
        from_afar=(after(2),),
        elsewhere=(after(3),),
        units=("Clerical", "Kitchen"),
        tasks=(Thing("Lunch for 50", MONDAY, "Kitchen"),),
        events=(Thing("Film night", after(4), "", dt.time(17, 15)),),
        ahead=(
            Thing("Dishes", after(7), "Kitchen", dt.time(9)),
            Thing("Newsletter", after(9), "Kitchen"),
            Thing("Lake", after(10), "", dt.time(17, 15)),
        ),
    )


def test_what_has_begun_is_not_ahead_and_nothing_is_ahead_of_a_week_long_ago(amara):
    on(amara, "Dishes", 7, starts_at=dt.time(9))
    on(amara, "Newsletter", 9)
    assert [thing.title for thing in seen(amara, at(7, "09:00")).ahead] == ["Newsletter"]
    assert seen(amara, at(14, "09:00")) == MyWeek(week=WEEK)


def test_an_event_she_came_to_without_signing_up_counts_when_somebody_wrote_it_down(amara):
    """ "Who came?" writes down the event's own times; a visit over the same hours may be another thing."""
    make.event("Film night", day=after(4))
    make.event("Choir", day=after(4), starts_at=dt.time(17), ends_at=dt.time(19))
    make.visit(amara, after(4), "17:15", "19:30", kind="social")
    assert [event.title for event in seen(amara, at(7, "12:00")).events] == ["Film night"]


@pytest.mark.parametrize(("kind", "joined"), [("social", ["Film night"]), ("wod", [])])
def test_of_a_working_day_without_a_time_out_only_the_beginning_is_sure(amara, kind, joined):
    going(amara, "Film night", 4)
    make.visit(amara, after(4), "09:00", None, kind=kind, ending="not_written")
    assert [event.title for event in seen(amara, at(7, "12:00")).events] == joined


def test_thanks_name_nobody_else(amara, noor, sam):
    make.visit(amara, MONDAY)
    lunch = on(amara, "Lunch", 0, done=True)
    SignUp.objects.create(task=lunch, member=noor, at=LONG_AGO, by=noor.user)
    dishes = on(amara, "Dishes", 0, done=True, part="afternoon")
    for task, words, by in [
        (lunch, "Lovely soup!", sam),
        (lunch, "Amara and Noor, what a team", sam),  # the other one on it
        (lunch, "I was glad, says Amara", amara),  # her own words
        (dishes, "All clean. Yours, Nôor", noor),  # who wrote it
    ]:
        task.thanks.create(words=words, at=LONG_AGO, by=by.user)
    assert seen(amara, at(7, "12:00")).thanks == (
        Thanked("Lunch", "Lovely soup!"),
        Thanked("Lunch", ""),
        Thanked("Dishes", ""),
    )


def test_many_weeks_of_many_people_cost_what_one_does(amara, noor, rosa, sam, django_assert_num_queries):
    house, now = House.objects.current(), at(14, "12:00")
    people = (amara, noor, rosa)
    for member in people:
        for days in (0, 7):
            make.visit(member, after(days), unit=make.unit("Kitchen"))
            task = on(member, "Lunch", days, done=True)
            task.thanks.create(words="Thanks!", at=LONG_AGO, by=sam.user)
            going(member, "Film night", days)
    for asked in ([(amara.pk, WEEK)], [(member.pk, week) for member in people for week in (WEEK, WEEK.next)]):
        with django_assert_num_queries(6):
            found = my_weeks(asked, house, now)
        assert [len(found[each].tasks) for each in asked] == [1] * len(asked)
    with django_assert_num_queries(0):
        assert my_weeks([], house, now) == {}


# -- On the page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def thursday(time_machine):
    """The Thursday after; two weeks are told of."""
    make.house()
    time_machine.move_to(at(10, "10:00"), tick=False)


def main(page) -> str:
    body = re.search(r"<main.*?</main>", page.content.decode(), re.S).group()
    assert body.count("<a ") <= 7
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.mark.page
def test_her_weeks_are_listed_the_latest_first(as_, amara, noor, thursday):
    for days in (0, 2, -70, 10):
        make.visit(amara, after(days))
    make.visit(noor, after(-28))
    said = main(as_(amara).get("/me/weeks/"))
    assert re.findall(r"\w+ \d+ \w+ to \w+ \d+ \w+ [\w, ]+?day(?= |$)", said.partition("print it. ")[2]) == [
        "Monday 12 October to Sunday 18 October Thursday",
        "Monday 5 October to Sunday 11 October Monday, Wednesday",
        "Monday 27 July to Sunday 2 August Monday",
    ]


@pytest.mark.page
def test_a_page_of_weeks_stays_short_and_costs_the_same(as_, amara, thursday, django_assert_num_queries):
    client = as_(amara)
    make.visit(amara, after(0))
    client.get("/me/weeks/")
    for weeks in (1, 3, 14):
        for week in range(1, weeks):
            for days in range(7):
                make.visit(amara, after(days - 7 * week - 70 * weeks))
        with django_assert_num_queries(6):
            said = main(client.get("/me/weeks/"))
        assert len(said.split()) <= 150
    main(client.get("/me/weeks/?page=3"))


@pytest.mark.page
def test_a_week_leads_to_those_beside_it_in_which_she_came(as_, amara, noor, thursday):
    for days in (0, -70, 10):
        make.visit(amara, after(days))
    make.visit(noor, after(-7))
    page = as_(amara).get("/me/weeks/2026-W41/")
    assert "What I joined last week" in main(page)
    links = re.findall(r'href="(/me/weeks/[^"]*)"', page.content.decode())
    assert links == ["/me/weeks/", "/me/weeks/2026-W31/", "/me/weeks/2026-W42/"]
    assert "What I joined this week" in main(as_(amara).get("/me/weeks/2026-W42/"))
    assert "What I joined that week" in main(as_(amara).get("/me/weeks/2026-W31/"))


@pytest.mark.page
def test_a_young_week_an_empty_one_and_one_that_has_not_come(as_, amara, thursday):
    client = as_(amara)
    assert "The week is young. What you join will stand here." in main(client.get("/me/weeks/2026-W42/"))
    empty = main(client.get("/me/weeks/2026-W20/"))
    assert "Nothing is written down for this week." in empty and "Thank you" not in empty
    assert "No visit is written down yet." in main(client.get("/me/weeks/"))
    for week in ("2026-W43", "2027-W53", "2026-W54", "2026-W00", "1899-W10"):
        assert client.get(f"/me/weeks/{week}/").status_code == 404
    assert client.get("/me/weeks/2020-W53/").status_code == 200


@pytest.mark.page
def test_only_her_own_rows(as_, amara, noor, thursday):
    make.visit(noor, MONDAY, unit=make.unit("Canary"))
    on(noor, "Canary", 0, done=True)
    for address in ("/me/weeks/", "/me/weeks/2026-W41/"):
        assert "Canary" not in main(as_(amara).get(address))
    assert "Canary" in main(as_(noor).get("/me/weeks/2026-W41/"))


@pytest.mark.page
def test_my_week_leads_there(as_, amara, thursday):
    assert 'href="/me/weeks/"' in as_(amara).get("/me/week/").content.decode()


@pytest.mark.page
@pytest.mark.once
def test_titles_are_shown_as_text(as_, amara, thursday):
    make.visit(amara, MONDAY)
    on(amara, "<b>Lunch</b>", 0, done=True)
    page = as_(amara).get("/me/weeks/2026-W41/").content.decode()
    assert "&lt;b&gt;Lunch" in page and "<b>Lunch</b>" not in page


# -- The week itself ---------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("monday", "name"),
    [
        (dt.date(2026, 12, 28), "2026-W53"),
        (dt.date(2027, 1, 4), "2027-W01"),
        (dt.date(2025, 12, 29), "2026-W01"),
        (dt.date(2028, 2, 28), "2028-W09"),
    ],
)
def test_weeks_are_named_by_the_iso_calendar(monday, name):
    """A year with a 53rd week, a week in two years, and one with 29 February."""
    week = IsoWeek.of(monday + dt.timedelta(days=6))
    assert (str(week), IsoWeek.parse(name), week.first) == (name, week, monday)
    assert (week.next.first, week.previous.last) == (monday + dt.timedelta(days=7), monday - dt.timedelta(days=1))
    assert week.days[-1] == week.last == monday + dt.timedelta(days=6)


@pytest.mark.once
@pytest.mark.parametrize("text", ["2025-W53", "2026-W1", "2026-W54", "1899-W01", "2200-W01", "2026-41"])
def test_what_is_no_week(text):
    with pytest.raises(ValueError):
        IsoWeek.parse(text)
