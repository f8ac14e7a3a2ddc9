"""The words of messages about tasks and events, on every channel: short where there is little room, and kind."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from activities.actions import CHANGED, PLACE_FREE, TASK_REMINDER, WEEK_AHEAD
from activities.notices.changed import OFF, differs
from activities.notices.offers import Told
from members.models import Channel, House
from members.notices import KINDS
from members.notices.kinds import NEVER_IN_A_MESSAGE, TELLING
from members.notices.letter import templates_of

pytestmark = pytest.mark.once
DAY = dt.date(2027, 9, 29)  # a long one to say: a Wednesday in September
BEFORE, ELSEWHERE = "20270929 0930 3", "20270929 morning 4"
TASK = Told(
    "Sorting the very long list of all the things that lie in the big cupboard ", DAY, None, "afternoon", "Kitchen"
)
HOUSE = House(name="Maple Street Clubhouse", time_zone="America/Detroit")
NOW = dt.datetime(2026, 10, 5, 14, tzinfo=dt.UTC)
SAID = [
    (TASK_REMINDER, {"told": TASK, "is_today": False}),
    (TASK_REMINDER, {"told": TASK, "is_today": True}),
    (PLACE_FREE, {"told": TASK}),
    (CHANGED, differs(TASK, BEFORE, OFF)),
    (CHANGED, differs(TASK, OFF, BEFORE)),
    (CHANGED, differs(TASK, BEFORE, "20270929 afternoon 3")),
    (CHANGED, differs(TASK, BEFORE, ELSEWHERE)),
    (CHANGED, differs(TASK, BEFORE, "20270929 0930 4")),
    (WEEK_AHEAD, {"monday": DAY, "sunday": DAY, "ahead": [TASK], "more": 0}),
    (WEEK_AHEAD, {"monday": DAY, "sunday": DAY, "ahead": [TASK] * 13, "more": 12}),
]


def words(kind: str, channel: str, facts: dict) -> str:
    with timezone.override(ZoneInfo("America/Detroit")):
        return render_to_string(templates_of(kind, channel), {"channel": channel, **facts}).strip()


@pytest.mark.parametrize(("kind", "facts"), SAID)
def test_a_text_message_is_short(kind, facts):
    said = words(kind, Channel.TEXT, facts)
    assert "Wednesday 29 September" in said and "Sorting the very long" in said
    assert len(said) <= 110 and "\n" not in said


@pytest.mark.parametrize("kind", [TASK_REMINDER, PLACE_FREE, CHANGED, WEEK_AHEAD])
@pytest.mark.parametrize("channel", Channel.values)
def test_a_preview_is_nobodys_and_has_a_link_only_where_one_can_tap(kind, channel):
    said = words(kind, channel, KINDS[kind].sample(HOUSE, NOW))
    assert ("http" in said) == (channel in {Channel.EMAIL, Channel.PAGE})
    assert "\n\n\n" not in said and len(said) > 20
    assert (NEVER_IN_A_MESSAGE.search(said), TELLING.search(said)) == (None, None)


@pytest.mark.parametrize("channel", [Channel.PAGE, Channel.NOTE])
def test_what_is_read_later_says_no_tomorrow(channel):
    assert words(TASK_REMINDER, channel, {"told": TASK, "is_today": False}).startswith("Wednesday 29 September")
