"""What a house meeting decided about the house's figures: written down, and taken back."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import HouseDecision, ReportFile
from clubhouse.spans import Span
from members import audit
from members.models import User
from members.refusals import Refusal


class MeetingAhead(Refusal):
    """Nothing is decided before the house has met."""

    field = "decided_on"


class OverBeforeItBegan(Refusal):
    field = "until_on"


class NoDecision(Refusal):
    """The house meeting has not decided it, or took it back, or it has run out."""


@transaction.atomic
def record_decision(*, decided_on: dt.date, words: str, by: User, until_on: dt.date | None = None) -> HouseDecision:
    """One that is written down already stays as it is. Raises `MeetingAhead`, `OverBeforeItBegan`."""
    if decided_on > timezone.localdate():
        raise MeetingAhead(_("This day has not come yet. Write it down when the house has met."))
    if until_on and until_on < decided_on:
        raise OverBeforeItBegan(_("This is before the house met. Choose a later day, or leave it empty."))
    same = {"decided_on": decided_on, "words": words, "until_on": until_on, "taken_back_at": None}
    decision = HouseDecision.objects.filter(**same).first()
    if decision is None:
        decision = HouseDecision.objects.create(**same, recorded_at=timezone.now(), recorded_by=by)
        after = {"decided_on": decided_on, "words": words, "until_on": until_on}
        audit.record(by=by, verb="attendance.record_decision", subject=decision, after=after)
    return decision


@transaction.atomic
def take_back_decision(*, decision: HouseDecision, by: User) -> None:
    """From now on it is not in force; that it was stays in the book. Twice is once.

    When it was the last one in force, files that wait go with it.
    """
    if HouseDecision.objects.filter(pk=decision.pk, taken_back_at=None).update(taken_back_at=timezone.now()):
        if not HouseDecision.objects.in_force(timezone.localdate()).exists():
            ReportFile.objects.filter(what=ReportFile.What.RESEARCH).delete()  # from the disk with the next sweep
        before = {"decided_on": decision.decided_on}
        audit.record(by=by, verb="attendance.take_back_decision", subject=decision, before=before)


def decision_in_force() -> HouseDecision:
    """In whose name figures for research may leave the house today. Raises `NoDecision`."""
    decision = HouseDecision.objects.in_force(timezone.localdate()).filter(about=HouseDecision.About.RESEARCH).first()
    if decision is None:
        raise NoDecision(_("The house meeting has not decided this yet."))
    return decision


@transaction.atomic
def give_research(*, span: Span, format: str, by: User) -> HouseDecision:
    """Figures for research leave the house: in whose name. Raises `NoDecision`."""
    decision = decision_in_force()
    after = {"decision": decision.pk, "time": str(span), "format": format}
    audit.record(by=by, verb="attendance.export_research", subject=decision, after=after)
    return decision
