"""Closing the day: everybody without a time out gets one, or stays open. Nothing is filled in that nobody chose."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from attendance.actions.batches import batch_key
from attendance.actions.visits import NotHere, log_leaving
from attendance.models import Mark, Visit
from members.models import House, Member, Tablet, User
from members.refusals import Refusal


class NoEstimates(Refusal):
    """The house has not said that times may be assumed."""


class NotAllLeft(Refusal):
    """Some of the times cannot be; nobody's was stored. `problems` says what is the matter, by id of the visit."""

    def __init__(self, problems: dict[int, Refusal]):
        super().__init__(_("Nothing was saved yet. Please look at the times below."))
        self.problems = problems


@dataclass(frozen=True)
class Leaving:
    """One line of the closing: when the person of `visit` left, and whether somebody knows that."""

    visit: Visit
    at: dt.datetime
    ending: Visit.Ending = Visit.Ending.KNOWN


@dataclass(frozen=True)
class Closed:
    """`left`: the marks that were made. `meanwhile`: who had left already when the form came."""

    left: list[Mark]
    meanwhile: list[Member]


@transaction.atomic
def close_day(
    *, day: dt.date, leavings: Iterable[Leaving], key: uuid.UUID, by: User | None, tablet: Tablet | None = None
) -> Closed:
    """All of `leavings` or none, in one batch that `undo_batch` takes back. Sent twice, it is stored once.

    Raises `NotAllLeft`, `NoEstimates`.
    """
    leavings = sorted(leavings, key=lambda leaving: leaving.visit.pk)
    assumes = any(leaving.ending == Visit.Ending.ASSUMED for leaving in leavings)
    if assumes and not House.objects.current().closing_estimate:
        raise NoEstimates(_("This house writes down only times that somebody knows."))
    # Every row that will change is locked before the first audit record locks the end of their line.
    list(Visit.objects.select_for_update(no_key=True).filter(pk__in=[it.visit.pk for it in leavings]).order_by("pk"))
    closed, problems = Closed([], []), {}
    for leaving in leavings:
        member = leaving.visit.member
        try:
            mark = log_leaving(
                member=member,
                day=day,
                key=batch_key(key, member),
                by=by,
                at=leaving.at,
                ending=leaving.ending,
                batch=key,
                tablet=tablet,
            )
            closed.left.append(mark)
        except NotHere:
            closed.meanwhile.append(member)
        except Refusal as refusal:
            problems[leaving.visit.pk] = refusal
    if problems:
        raise NotAllLeft(problems)
    return closed
