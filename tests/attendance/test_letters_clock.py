"""Each kind leaves at its time by the clock on the wall, once, also when the clocks change; in our words."""

import datetime as dt

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.utils import timezone

from attendance import notices as kinds
from members import notices
from members.notices.kinds import KINDS, NEVER_IN_A_MESSAGE, TELLING
from tests import make
from tests.attendance.letters import CHANGES, DAY, MONDAY, asks, local

pytestmark = [pytest.mark.django_db, pytest.mark.once]
OURS = kinds.__all__


@pytest.fixture(autouse=True)
def house_with_mail(settings):
    settings.MAIL_READY = True


# Around a Sunday on which the clocks change: (days after it, time).
LEAVES = {
    kinds.WEEKLY_SUMMARY: (1, "09:30"),
    kinds.HOUSE_WEEK: (1, "09:30"),
    kinds.WELCOME: (0, "10:00"),
    kinds.ANNIVERSARY: (0, "10:00"),
    kinds.REACH_OUT_DIGEST: (1, "09:30"),
}


# Where a clock moves by half an hour; the other zones take their time.
ELSEWHERE = [pytest.param(*change, marks=pytest.mark.slow) for change in CHANGES[:-2]]


@pytest.mark.parametrize("kind", LEAVES)
@pytest.mark.parametrize(("zone", "change"), [*CHANGES[-2:], *ELSEWHERE])
def test_it_leaves_by_the_clock_on_the_wall(amara, sam, kind, zone, change):
    make.house(time_zone=zone)
    reader, enrolled_on = sam if kind == kinds.REACH_OUT_DIGEST else amara, change - DAY
    if kind == kinds.ANNIVERSARY:
        enrolled_on = change.replace(year=2020)
    if kind == kinds.REACH_OUT_DIGEST:
        enrolled_on = change - 90 * DAY
    amara.enrolled_on, amara.phone = enrolled_on, "555 0100"
    amara.save()
    make.visit(amara, change - (90 * DAY if kind == kinds.REACH_OUT_DIGEST else DAY))
    days, clock = LEAVES[kind]
    due = local(change + days * DAY, clock, zone)
    asks(reader, kind, since_at=due - 2 * DAY)  # not for the week before: that would come late, at once
    sent: list[dt.datetime] = []
    for minutes in (-24 * 60, -60, -1, 0, 60):
        at = due.astimezone(dt.UTC) + dt.timedelta(minutes=minutes)
        notices.send_due(at)
        sent += [at] * (len(mail.outbox) - len(sent))
    assert sent == [due]


@pytest.mark.parametrize("kind", OURS)
@pytest.mark.parametrize("channel", ["email", "text", "page", "note"])
def test_the_words_of_each_kind_on_each_channel(kind, channel):
    name = getattr(kinds, kind)
    house = make.house()
    facts = KINDS[name].sample(house, local(MONDAY))
    context = {"person": make.member(), "house_name": "Maple Street", "channel": channel}
    templates = [f"messages/{name}/{channel}.txt", f"messages/{name}/email.txt"]
    with timezone.override(house.zone):
        said = render_to_string(templates, context | facts).strip()
    assert said and not NEVER_IN_A_MESSAGE.search(said) and not TELLING.search(said)
    assert "\n\n\n" not in said
    assert ("http" in said) == (channel in {"email", "page"} and name != kinds.ANNIVERSARY)
    if channel == "text":
        assert len(said) <= 110 and "\n" not in said
