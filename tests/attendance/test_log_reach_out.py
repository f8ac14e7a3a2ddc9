"""How it went, in one tap: what is written, what it sets, once only, and back again."""

import datetime as dt
import uuid

import pytest

from attendance import actions
from attendance.models import ReachOut, TimeAway
from attendance.reach_out import Why, whom
from members.models import AuditRecord
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.page]
TUESDAY = dt.date(2026, 10, 6)
LIST = "/reach-out/"


def later(days: int) -> dt.date:
    return TUESDAY + dt.timedelta(days=days)


@pytest.fixture(autouse=True)
def house(time_machine):
    house = make.house()
    time_machine.move_to(house.at(TUESDAY, dt.time(10)), tick=False)
    return house


@pytest.fixture
def ada(house):
    member = make.member("Ada Park", phone="1", email="ada@example.org")
    make.visit(member, later(-40))
    return member


def tap(outcome: str, **more) -> dict:
    days = {"quiet_until_on": later(30).isoformat(), "away_until_on": later(14).isoformat()}
    return {"key": str(uuid.uuid4()), "channel": "phone", "outcome": outcome} | days | more


def listed(house) -> list[Why]:
    return [row.why for row in whom(house, make.noon(TUESDAY)).rows]


@pytest.mark.parametrize(
    ("outcome", "replied", "said"),
    [
        ("spoke", True, "Thank you for being in touch."),
        ("left_message", False, "Thank you for being in touch."),
        ("no_answer", False, "Thank you for trying."),
        ("will_come", True, "Thank you for being in touch."),
        ("quiet", True, "Nobody gets in touch until Thursday 5 November."),
        ("hospital", True, "We think of them until Tuesday 20 October."),
    ],
)
def test_one_tap_writes_it_down_and_takes_them_off_the_list(house, ada, idris, as_, outcome, replied, said):
    client = as_(idris)
    assert listed(house) == [Why.NOT_SEEN]
    answer = client.post(f"{LIST}{ada.pk}/log/", tap(outcome, topic="tomatoes", note="She grows them."), follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert said in answer.content.decode()
    made = ReachOut.objects.get()
    assert (made.member, made.by, made.channel, made.outcome, made.replied, made.topic, made.note) == (
        ada, idris.user, "phone", outcome, replied, "tomatoes", "She grows them.",
    )  # fmt: skip
    record = AuditRecord.objects.filter(about=ada).order_by("seq").last()
    assert (record.verb, record.by, record.after["outcome"]) == ("attendance.log_reach_out", idris.user, outcome)
    assert listed(house) == []
    ada.refresh_from_db()
    assert ada.quiet_until_on == (later(30) if outcome == "quiet" else None)
    away = list(TimeAway.objects.values_list("member", "place", "from_on", "until_on"))
    assert away == ([(ada.pk, "hospital", TUESDAY, later(14))] if outcome == "hospital" else [])

    undo = f"{LIST}outcomes/{made.pk}/undo/"
    assert undo in answer.content.decode()
    assert "Undone." in client.post(undo, follow=True).content.decode()
    ada.refresh_from_db()
    assert (ReachOut.objects.count(), TimeAway.objects.count(), ada.quiet_until_on) == (0, 0, None)
    assert listed(house) == [Why.NOT_SEEN]
    assert AuditRecord.objects.filter(about=ada).order_by("seq").last().verb == "attendance.undo_reach_out"
    assert "Undone." in client.post(undo, follow=True).content.decode()  # twice is once


def test_the_channel_is_chosen_already_and_the_days_are_filled_in(ada, idris, as_):
    page = as_(idris).get(f"{LIST}{ada.pk}/").content.decode()
    assert 'value="phone" checked' in page
    assert f'value="{later(30)}"' in page
    assert f'value="{later(14)}"' in page


def test_the_same_tap_twice_is_one_reach_out(ada, idris, as_):
    """Also when it took them off the list: the second answer is the same."""
    client, same = as_(idris), tap("quiet")
    for _tap in range(2):
        assert client.post(f"{LIST}{ada.pk}/log/", same).status_code == 302
    assert ReachOut.objects.count() == 1
    assert AuditRecord.objects.filter(verb="attendance.log_reach_out").count() == 1


def test_another_thing_with_the_same_key_is_refused(ada, idris, as_):
    client, first = as_(idris), tap("no_answer")
    client.post(f"{LIST}{ada.pk}/log/", first)
    answer = client.post(f"{LIST}{ada.pk}/log/", first | {"outcome": "spoke"})
    assert answer.status_code == 409
    assert "Load it again" in answer.content.decode()
    assert [made.outcome for made in ReachOut.objects.all()] == ["no_answer"]


def test_without_the_key_it_would_be_two(ada, idris, time_machine):
    for key in (uuid.uuid4(), uuid.uuid4()):
        actions.log_reach_out(member=ada, channel="phone", outcome="spoke", key=key, by=idris.user)
        time_machine.shift(1)
    assert ReachOut.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"outcome": "shouted"}, "This page is out of date."),
        ({"channel": ""}, "Choose how you were in touch."),
        ({"key": "1"}, "This page is out of date."),
        ({"topic": "t" * 81}, "Keep this under 80 letters."),
        ({"note": "n" * 501}, "Keep this under 500 letters."),
        ({"outcome": "quiet", "quiet_until_on": "soon"}, "Choose a day, like 2026-10-05."),
        ({"outcome": "quiet", "quiet_until_on": ""}, "Choose a day after today"),
        ({"outcome": "quiet", "quiet_until_on": "2026-10-06"}, "Choose a day after today"),
        ({"outcome": "quiet", "quiet_until_on": "2027-10-07"}, "Choose a day after today"),
        ({"outcome": "hospital", "away_until_on": "2026-10-05"}, "Choose a day in the next 90 days."),
        ({"outcome": "hospital", "away_until_on": "2027-01-05"}, "Choose a day in the next 90 days."),
    ],
)
def test_what_is_not_right_stays_as_typed_and_is_told_beside_it(ada, idris, as_, changed, said):
    answer = as_(idris).post(f"{LIST}{ada.pk}/log/", tap("spoke", topic="tea", note="With honey.") | changed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert changed.get("note", "With honey.") in page
    assert (ReachOut.objects.count(), TimeAway.objects.count()) == (0, 0)


def test_the_named_refusals(ada, idris):
    how = {"member": ada, "channel": "phone", "by": idris.user}
    with pytest.raises(actions.QuietEndsTooSoon):
        actions.log_reach_out(**how, outcome="quiet", key=uuid.uuid4())
    with pytest.raises(actions.AwayOutOfReach):
        actions.log_reach_out(**how, outcome="hospital", key=uuid.uuid4())
    assert ReachOut.objects.count() == 0


def test_undo_is_for_who_wrote_it_and_for_a_quarter_of_an_hour(ada, idris, sam, as_, time_machine):
    made = actions.log_reach_out(member=ada, channel="phone", outcome="spoke", key=uuid.uuid4(), by=idris.user)
    with pytest.raises(actions.UndoTooLate):
        actions.undo_reach_out(reach_out=made, by=sam.user)
    as_(sam).post(f"{LIST}outcomes/{made.pk}/undo/")
    assert ReachOut.objects.count() == 1
    time_machine.shift(dt.timedelta(minutes=16))
    answer = as_(idris).post(f"{LIST}outcomes/{made.pk}/undo/", follow=True)
    assert "It stays as it is." in answer.content.decode()
    assert ReachOut.objects.count() == 1


def test_undo_leaves_alone_what_somebody_set_since(ada, idris):
    ada.quiet_until_on = later(-5)
    ada.save()
    how = {"member": ada, "channel": "phone", "by": idris.user}
    quiet = actions.log_reach_out(**how, outcome="quiet", quiet_until_on=later(30), key=uuid.uuid4())
    actions.undo_reach_out(reach_out=quiet, by=idris.user)
    ada.refresh_from_db()
    assert ada.quiet_until_on == later(-5)
    quiet = actions.log_reach_out(**how, outcome="quiet", quiet_until_on=later(30), key=uuid.uuid4())
    ada.refresh_from_db()
    ada.quiet_until_on = later(60)
    ada.save()
    actions.undo_reach_out(reach_out=quiet, by=idris.user)
    ada.refresh_from_db()
    assert ada.quiet_until_on == later(60)


def test_quiet_that_they_asked_for_themselves_is_not_cut_short(ada, idris):
    ada.quiet_until_on = later(60)  # a minute ago, while Idris had them on the phone
    ada.save()
    made = actions.log_reach_out(
        member=ada, channel="phone", outcome="quiet", quiet_until_on=later(30), key=uuid.uuid4(), by=idris.user
    )
    ada.refresh_from_db()
    assert ada.quiet_until_on == later(60)
    actions.undo_reach_out(reach_out=made, by=idris.user)
    ada.refresh_from_db()
    assert ada.quiet_until_on == later(60)


def test_a_tap_that_was_refused_showed_the_card_so_it_is_a_look(ada, idris, as_):
    answer = as_(idris).post(f"{LIST}{ada.pk}/log/", {"outcome": "shouted"})
    assert "ada@example.org" in answer.content.decode()
    assert [record.verb for record in AuditRecord.objects.filter(about=ada)] == ["look_at_member"]


def test_at_home_becomes_in_hospital_and_back(ada, idris):
    TimeAway.objects.create(member=ada, place="home", from_on=later(-3), until_on=later(4), at=make.noon(TUESDAY))
    made = actions.log_reach_out(
        member=ada, channel="phone", outcome="hospital", away_until_on=later(14), key=uuid.uuid4(), by=idris.user
    )
    stands = TimeAway.objects.values_list("place", "from_on", "until_on")
    assert list(stands) == [("hospital", later(-3), later(14))]
    actions.undo_reach_out(reach_out=made, by=idris.user)
    assert list(stands.all()) == [("home", later(-3), later(4))]


def test_who_claimed_writes_it_down_though_they_were_told_please_dont(ada, idris, sam, as_):
    actions.claim_reach_out(member=ada, by=idris.user)
    ada.reach_out_wanted = False
    ada.save()
    assert as_(idris).get(f"{LIST}{ada.pk}/").status_code == 404
    assert as_(sam).post(f"{LIST}{ada.pk}/log/", tap("spoke")).status_code == 404
    assert as_(idris).post(f"{LIST}{ada.pk}/log/", tap("spoke")).status_code == 302
    assert ReachOut.objects.count() == 1
