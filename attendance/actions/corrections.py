"""Putting a visit right, and the members' own words about it."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Unit
from attendance.actions.marks import DayNotCome, facts, record_visit
from attendance.actions.removals import locked, refuse_two_at_once
from attendance.actions.visits import ChangedSince, LeftBeforeArriving, SameVisitTwice
from attendance.models import CorrectionRequest, HeldTopic, Mark, Visit
from members import audit
from members.models import Member, User
from members.refusals import Refusal

MOST_WAITING = 20  # questions of one member that wait for an answer; more is a slip of the finger


class HereTwice(Refusal):
    """One person is never here twice at once."""

    field = "ending"


class TooManyQuestions(Refusal):
    """The earlier ones wait for an answer first."""


class AlreadyAnswered(Refusal):
    """Somebody was quicker, and said something else."""


@transaction.atomic
def correct_visit(
    *,
    visit: Visit,
    arrived_at: dt.datetime,
    left_at: dt.datetime | None,
    ending: str,
    kind: str,
    unit: Unit | None,
    why: str,
    by: User | None,
    member: Member | None = None,
    seen: str = "",
) -> Visit:
    """The visit as it really was; with `member`, it was theirs. What was found right before is looked at again.

    `left_at` goes with the endings *known* and *assumed* and with no other; `seen` is the visit's `version` where
    somebody read what they correct.
    Raises `ChangedSince`, `DayNotCome`, `LeftBeforeArriving`, `HereTwice`, `TwoAtOnce`, `SameVisitTwice` or
    `NoLongerHere`.
    """
    now = timezone.now()
    visit = locked(visit)
    if max(arrived_at, left_at or arrived_at) > now:
        raise DayNotCome(_("That time has not come yet."), "left" if left_at and left_at > now else "arrived")
    if left_at and left_at < arrived_at:
        raise LeftBeforeArriving(
            _("The time out comes after the time in. After midnight? Then tick the box below the time."), "left"
        )
    before, whose, version = _facts_of(visit), visit.member, visit.version
    if visit.unit != unit:
        visit.unit_from = Visit.UnitFrom.WORD
    visit.arrived_at, visit.left_at, visit.ending = arrived_at, left_at, Visit.Ending(ending)
    visit.kind, visit.unit, visit.member = kind, unit, member or whose
    if visit.is_forgotten(now, timezone.localdate(now)):
        raise HereTwice(_("A visit of an earlier day cannot be here now. Choose how it ended."))
    before, after = audit.differences(before, _facts_of(visit))
    if not after:
        return visit
    if seen and version != seen:
        raise ChangedSince(_("A colleague changed this visit meanwhile. Look at what it says now; then save again."))
    if visit.ending == Visit.Ending.HERE and _is_here(visit):
        raise HereTwice(_("%(name)s is here now in one more visit.") % {"name": visit.member})
    if visit.member != whose:
        refuse_two_at_once(visit, _("%(name)s has a visit at that time already (%(time)s). Nothing was changed."))
        # Taps that meant somebody else are not to be undone on the tile of whoever has the visit now.
        Mark.objects.filter(visit=visit).update(undone=True)
    visit.confirmed_at = None
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError as error:
        raise SameVisitTwice(_("There is already such a visit at that time."), "arrived") from error
    verb = "attendance.correct_visit"
    for about in dict.fromkeys([whose, visit.member]):  # both can read that it went from one to the other
        audit.record(by=by, verb=verb, about=about, subject=visit, before=before, after=after, why=why)
    return visit


@transaction.atomic
def confirm_visit(*, visit: Visit, seen: str, by: User | None) -> Visit:
    """Somebody looked at what is odd about `visit` and says: that is right. An assumed time is known then.

    `seen` is the visit's `version` on the page where they looked.

    Raises `ChangedSince`, `NoLongerHere`.
    """
    visit = locked(visit)
    if visit.confirmed_at is not None:
        return visit
    if visit.version != seen:
        raise ChangedSince(
            _("The visit of %(name)s was changed meanwhile. Look again, please.") % {"name": visit.member}
        )
    before = facts(visit)
    visit.confirmed_at = timezone.now()
    if visit.ending == Visit.Ending.ASSUMED:
        visit.ending = Visit.Ending.KNOWN
    visit.save(update_fields=["confirmed_at", "ending"])
    before, after = audit.differences(before, facts(visit))
    record_visit("attendance.confirm_visit", visit, by=by, before=before, after=after)
    return visit


@transaction.atomic
def settle_leaving(*, mark: Mark, by: User | None) -> Mark:
    """Somebody left at the door who had not arrived, and nothing is missing: the mark counts no more."""
    mark = Mark.objects.select_for_update(of=("self",), no_key=True).select_related("member").get(pk=mark.pk)
    if mark.undone or mark.visit_id is not None:
        return mark
    mark.undone = True
    mark.save(update_fields=["undone"])
    left_at = timezone.localtime(mark.at).isoformat(" ", "minutes")
    audit.record(by=by, verb="attendance.settle_leaving", about=mark.member, subject=mark, before={"left_at": left_at})
    return mark


@transaction.atomic
def request_correction(*, member: Member, day: dt.date, words: str, by: User | None) -> CorrectionRequest:
    """A member says in their own words what is not right. Said twice, it stands once.

    Raises `DayNotCome`, `TooManyQuestions`.
    """
    if day > timezone.localdate():
        raise DayNotCome(_("That day has not come yet."), "words")
    visits = list(Visit.objects.on(day).filter(member=member)[:2])
    return _ask(member, words, by, day=day, visit=visits[0] if len(visits) == 1 else None)


@transaction.atomic
def request_correction_of_held(*, member: Member, what: HeldTopic, words: str, by: User | None) -> CorrectionRequest:
    """The same about anything else that is held. What was answered may be asked again: staff may be wrong too.

    Raises `TooManyQuestions`.
    """
    return _ask(member, words, by, what=str(what))


def _ask(member: Member, words: str, by: User | None, *, visit: Visit | None = None, **about) -> CorrectionRequest:
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    waiting = CorrectionRequest.objects.waiting().filter(member=member)
    same = waiting.filter(words=words, **({"day": None} | about)).first()
    if same is not None:
        return same
    if waiting.count() >= MOST_WAITING:
        raise TooManyQuestions(_("Many of your questions wait for an answer already. Please ask a colleague."), "words")
    request = CorrectionRequest.objects.create(
        member=member, visit=visit, words=words, asked_at=timezone.now(), **about
    )
    after = {**about, "words": words}
    audit.record(by=by, verb="attendance.request_correction", about=member, subject=request, after=after)
    return request


@transaction.atomic
def answer_correction(*, request: CorrectionRequest, answer: str, by: User | None) -> CorrectionRequest:
    """Answer in words, which the member reads on their page. Raises `AlreadyAnswered`."""
    request = CorrectionRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    if request.answered_at is not None:
        if request.answer == answer:
            return request
        raise AlreadyAnswered(_("A colleague has answered this meanwhile."), "answer")
    request.answer, request.answered_at, request.answered_by = answer, timezone.now(), by
    request.save(update_fields=["answer", "answered_at", "answered_by"])
    audit.record(
        by=by, verb="attendance.answer_correction", about=request.member, subject=request, after={"answer": answer}
    )
    return request


def _facts_of(visit: Visit) -> dict:
    """What is compared and recorded; a person by number, so that no name stands in another member's record."""
    return {"member_no": visit.member.member_no} | facts(visit)


def _is_here(visit: Visit) -> bool:
    return Visit.objects.here_now().filter(member=visit.member_id).exclude(pk=visit.pk).exists()
