"""Somebody was on the roll twice and looked for a seat twice: taken apart again, no car has more people than seats."""

import datetime as dt

import pytest
from django.utils import timezone

from activities.actions import join_event, offer_ride, take_seat
from activities.models import RideWish
from attendance import actions
from tests import make

pytestmark = pytest.mark.django_db


def sit(event, ride, member, by) -> None:
    join_event(event=event, member=member, by=by.user)
    take_seat(event=event, ride_pk=ride.pk, member=member, by=by.user)


def seats() -> dict[str, tuple[int | None, bool]]:
    """Member number -> (their ride, whether they lost one)."""
    return {
        wish.member.member_no: (wish.ride_id, wish.lost_at is not None)
        for wish in RideWish.objects.select_related("member")
    }


def test_a_seat_that_somebody_took_meanwhile_stays_theirs(amara, noor, sam):
    event = make.event("Lake", day=timezone.localdate() + dt.timedelta(days=3), has_rides=True)
    ride = offer_ride(event=event, seats=2, by=sam.user)
    again = make.member("Amara Okafor")
    sit(event, ride, amara, amara)
    sit(event, ride, again, sam)
    merge = actions.merge_members(kept=amara, merged=again, by=sam.user)
    assert seats() == {amara.member_no: (ride.pk, False)}
    sit(event, ride, noor, noor)
    actions.undo_merge(merge=merge, by=sam.user)
    assert seats() == {
        amara.member_no: (ride.pk, False), noor.member_no: (ride.pk, False), again.member_no: (None, True),
    }  # fmt: skip
