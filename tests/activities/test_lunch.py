"""Save me one: a plate at lunch, in one tap, and how many the kitchen saves."""

import datetime as dt
import re
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from activities import actions
from activities.models import OpenDay, SavedLunch
from members.models import AuditRecord, House
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
MONDAY = dt.date(2026, 11, 23)
TUESDAY, FRIDAY = MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=4)


@pytest.fixture
def monday_at_ten(time_machine):
    make.house(lunch_until=dt.time(10, 30))
    time_machine.move_to(House.objects.current().at(MONDAY, dt.time(10)), tick=False)


def save(member, day=MONDAY):
    return actions.save_lunch(day=day, member=member, by=member.user)


def take_back(member, day=MONDAY):
    return actions.take_back_lunch(day=day, member=member, by=member.user)


def press(client, action, day=MONDAY, **data):
    return client.post(f"/lunch/{day.isoformat()}/", {"action": action, **data}, follow=True)


def said(page) -> str:
    region = page.content.decode().split('id="messages"')[1]
    return " ".join(re.search(r"<p>(.*?)</p>", region, re.S)[1].split())


# -- the action --------------------------------------------------------------------------------------------------------


def test_amara_has_a_plate_saved_and_takes_it_back(amara, monday_at_ten):
    save(amara)
    assert list(SavedLunch.objects.values_list("day", "member", "by")) == [(MONDAY, amara.pk, amara.user.pk)]
    assert take_back(amara)
    assert not SavedLunch.objects.exists()
    assert list(AuditRecord.objects.order_by("seq").values_list("verb", "about", "before", "after")) == [
        ("save_lunch", amara.pk, {}, {"day": "2026-11-23"}),
        ("take_back_lunch", amara.pk, {"day": "2026-11-23"}, {}),
    ]


def test_twice_is_one_plate(amara, monday_at_ten):
    assert save(amara).pk == save(amara).pk
    assert (SavedLunch.objects.count(), AuditRecord.objects.count()) == (1, 1)
    assert (take_back(amara), take_back(amara)) == (True, False)
    assert AuditRecord.objects.count() == 2


def test_the_database_keeps_one_plate_for_one_person(amara, monday_at_ten):
    row = {"day": MONDAY, "member": amara, "at": "2026-11-23T12:00Z", "by": amara.user}
    SavedLunch.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedLunch.objects.create(**row)


def test_when_the_pots_are_on_it_is_too_late(amara, noor, monday_at_ten, time_machine):
    save(noor)
    time_machine.move_to(House.objects.current().at(MONDAY, dt.time(10, 30)), tick=False)
    with pytest.raises(actions.LunchIsCooking, match=r"^Lunch is being cooked already\. Ask in the kitchen\.$"):
        save(amara)
    assert save(noor).member == noor  # has one already
    save(amara, TUESDAY)
    assert take_back(noor)  # one tap, always


def test_a_minute_before_it_is_not(amara, monday_at_ten, time_machine):
    time_machine.move_to(House.objects.current().at(MONDAY, dt.time(10, 29)), tick=False)
    assert save(amara).day == MONDAY


def test_a_day_that_is_over(amara, monday_at_ten):
    for change in (save, take_back):
        with pytest.raises(actions.LunchIsOver, match=r"^That day is over\.$"):
            change(amara, MONDAY - dt.timedelta(days=3))


def test_only_on_open_days_of_a_house_that_saves_plates(amara, monday_at_ten):
    OpenDay.objects.create(day=TUESDAY, is_open=False, note="Snow")
    for day in (TUESDAY, MONDAY + dt.timedelta(days=5)):
        with pytest.raises(actions.NoLunchSaved, match=r"^No plate can be saved for that day\. Ask in the kitchen\.$"):
            save(amara, day)
    make.house(lunch_until=None)
    with pytest.raises(actions.NoLunchSaved):
        save(amara)
    assert not SavedLunch.objects.exists()


def test_today_and_the_seven_open_days_after_it(amara, monday_at_ten):
    last = MONDAY + dt.timedelta(days=9)  # five days, a weekend, and three more
    assert save(amara, last).day == last
    with pytest.raises(actions.NoLunchSaved):
        save(amara, last + dt.timedelta(days=1))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_taps_at_one_moment_are_one_plate(amara, time_machine):
    make.house(lunch_until=dt.time(10, 30))
    time_machine.move_to(House.objects.current().at(MONDAY, dt.time(10)))
    start, answers = threading.Barrier(8), []

    def tap():
        try:
            start.wait()
            answers.append(save(amara).pk)
        except Exception as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=tap) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {SavedLunch.objects.get().pk}
    assert AuditRecord.objects.count() == 1


# -- the pages ---------------------------------------------------------------------------------------------------------


def test_one_tap_and_back_to_where_she_was(as_, amara, monday_at_ten):
    page = press(as_(amara), "save", next="/")
    assert (page.redirect_chain, said(page)) == ([("/", 302)], "A plate is saved for you.")
    page = press(as_(amara), "take_back", next="/me/week/?week-after")
    assert (page.redirect_chain, said(page)) == ([("/me/week/?week-after", 302)], "No plate is saved for you.")


@pytest.mark.parametrize("leads_away", ["https://elsewhere.example/", "//elsewhere.example", "x", ""])
def test_it_leads_to_a_page_of_ours_only(as_, amara, monday_at_ten, leads_away):
    assert press(as_(amara), "save", next=leads_away).redirect_chain == [("/me/week/", 302)]


def test_a_refusal_is_a_sentence(as_, amara, monday_at_ten):
    assert said(press(as_(amara), "save", MONDAY - dt.timedelta(days=1))) == "That day is over."
    assert said(press(as_(amara), "eat")) == "Please use one of the buttons."


def test_the_kitchen_counts_plates_and_reads_no_names(as_, amara, noor, sam, monday_at_ten):
    make.house(lunch_until=dt.time(10, 30))
    save(amara)
    save(noor)
    save(noor, TUESDAY)
    for person in (sam, amara):
        page = as_(person).get("/lunch/").content.decode()
        assert "2 plates saved for today, 1 for tomorrow" in page
        main = re.search(r"<main.*?</main>", page, re.S).group()
        assert "Noor" not in main and "Haddad" not in main
        assert re.findall(r"<b>(\d+)</b>", main) == ["2", "1", "0", "0", "0", "0", "0", "0"]
    assert "1 for tomorrow" in as_(sam).get("/tasks/").content.decode()
    assert "saved for" not in as_(sam).get("/tasks/2026-11-24/").content.decode()


def test_before_a_weekend_the_next_day_has_its_name(as_, amara, monday_at_ten, time_machine):
    time_machine.move_to(House.objects.current().at(FRIDAY, dt.time(9)), tick=False)
    save(amara, FRIDAY)
    assert "1 plate saved for today, 0 for Monday" in as_(amara).get("/lunch/").content.decode()


def test_a_house_without_plates_says_so(as_, amara):
    assert "The house saves no plates at lunch." in as_(amara).get("/lunch/").content.decode()
    assert "saved for" not in as_(amara).get("/tasks/").content.decode()


@pytest.mark.parametrize("days", [1, 3])
def test_the_count_costs_the_same_for_any_number_of_plates(
    as_, amara, noor, monday_at_ten, days, django_assert_num_queries
):
    for offset in range(days):
        for member in (amara, noor):
            save(member, MONDAY + dt.timedelta(days=offset))
    client = as_(amara)
    client.get("/lunch/")
    with django_assert_num_queries(7):
        client.get("/lunch/")
