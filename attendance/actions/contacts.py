"""A reach-out that was made elsewhere, and one that is taken back."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.actions.reach_outs import log_reach_out, undone
from attendance.models import ReachOut
from attendance.reach_out_card import ways
from members.models import Member, User
from members.refusals import Refusal

LONGEST_AGO = dt.timedelta(days=366)


class ReachOutAhead(Refusal):
    """Nothing is written down before it was."""

    field = "time"


class ReachOutLongAgo(Refusal):
    """Most likely a slip in the year."""

    field = "day"


class ChannelOff(Refusal):
    """The member does not want to hear from us that way, or there is nothing to use it with."""

    field = "channel"


class ReachOutTwice(Refusal):
    """The same moment, the same way: somebody wrote it down already."""

    field = "time"


@transaction.atomic
def add_reach_out(*, member: Member, at: dt.datetime, channel: str, by: User, **said) -> ReachOut:
    """One that was made elsewhere, at `at`; `said` is what `log_reach_out` takes beside.

    Raises `ReachOutAhead`, `ReachOutLongAgo`, `ChannelOff`, `ReachOutTwice`, and what `log_reach_out` raises.
    """
    now = timezone.now()
    if at > now:
        raise ReachOutAhead(_("That time has not come yet."))
    if at < now - LONGEST_AGO:
        raise ReachOutLongAgo(_("Look at the year again."))
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if channel not in {way.channel for way in ways(member)}:
        raise ChannelOff(_("That way is off for this member. Choose another one."))
    there = ReachOut.objects.filter(member=member, at=at, channel=channel).exclude(key=said["key"])
    if there.exists():
        raise ReachOutTwice(_("One at that time is written down already."))
    return log_reach_out(member=member, channel=channel, by=by, at=at, **said)


@transaction.atomic
def take_back_reach_out(*, reach_out: ReachOut, by: User) -> None:
    """It was not so, whenever it was written. Twice is once. Who may do it is asked where it is found."""
    undone(reach_out, verb="attendance.take_back_reach_out", by=by)
