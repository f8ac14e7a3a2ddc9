"""Arriving, leaving, and taking a tap back: each mark is stored exactly once, however often its device sends it."""

import datetime as dt
import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import workdays
from activities.models import Unit
from attendance.actions.marks import ATTEMPTS, DayNotCome, facts, follows_merges, new_mark, once, record_visit
from attendance.models import Kind, Mark, Visit
from clubhouse.clock import time_words
from members import audit
from members.models import Member, User
from members.refusals import Refusal

# Two tablets that say when somebody left mean the same leaving, this far apart at most.
SAME_LEAVING = dt.timedelta(minutes=15)


class TimeNeeded(Refusal):
    field = "at"


class LeftBeforeArriving(Refusal):
    field = "at"


class NotHere(Refusal):
    """Nobody can leave who is not here."""


class ToldOtherwise(Refusal):
    """Another device said something about that time which does not go together with this. People decide."""


class NothingToUndo(Refusal):
    """No mark of that day stands."""


class ChangedSince(Refusal):
    """The visit is no longer as the mark left it."""


class SameVisitTwice(Refusal):
    """There is one already with this person, time and kind."""


@follows_merges
def log_arrival(
    *,
    member: Member,
    day: dt.date,
    key: uuid.UUID,
    by: User | None,
    at: dt.datetime | None = None,
    kind: str | None = None,
    unit: Unit | None = None,
    stamp: str = "",
    **details,
) -> Mark:
    """`member` arrives on `day` (house time, which must be in force): today now, another day at the moment `at`.

    `kind` and `unit` left out follow the calendar and the member's habit. Who is here already stays in that one visit.
    An earlier visit whose end nobody wrote down is closed as such and does not block. The answer's `visit` is None when
    it was undone meanwhile. `details`: `source`, `tablet`, `batch` and `why` of the mark (see `marks.new_mark`).

    `stamp` is what a tablet wrote beside a tap that waited on it; `at` is then that moment, corrected for the tablet's
    clock. Told twice of one stay, the earliest time counts (docs/decisions/0007-taps-that-waited.md).
    Raises `DayNotCome`, `TimeNeeded`, `KeyAlreadyUsed`.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    source, why = details.pop("source", Visit.Source.SCREEN), details.pop("why", "")
    mark = new_mark(
        Mark.Action.ARRIVE, member, day, key, by, now, at=at, kind=kind, unit=unit and unit.pk, stamp=stamp, **details
    )
    arrived_at = _moment(day, at, now)
    must_look = day != today or (stamp and _may_have_been_here(member, day, arrived_at))

    def change(attempt: int) -> Mark:
        forgotten = None
        # The promise of one visit *here now* is the database's; looking first is only needed after it said no.
        if attempt or must_look:
            standing = _same_stay(member, day, arrived_at, today) if stamp else None
            if attempt or day != today:
                standing = standing or _open_visits(member, day, today).first()
                standing = standing or _same_arrival(member, arrived_at, kind)
            if standing is not None and standing.is_forgotten(now, today) and day == today:
                forgotten, standing = standing, None
                Visit.objects.filter(pk=forgotten.pk).update(ending=Visit.Ending.NOT_WRITTEN)
            if standing is not None:
                mark.visit = standing
                mark.save(force_insert=True)
                if stamp and arrived_at < standing.arrived_at and standing.day == day:
                    before = facts(standing)
                    standing.arrived_at = arrived_at
                    standing.save(update_fields=["arrived_at"])
                    before, after = audit.differences(before, facts(standing))
                    record_visit("attendance.log_arrival", standing, by=by, before=before, after=after, why=why)
                return mark
        mark.visit = Visit(
            member=member,
            day=day,
            arrived_at=arrived_at,
            ending=Visit.Ending.HERE if day == today else Visit.Ending.NOT_WRITTEN,
            kind=kind or Kind.suggested(workdays.on(day), timezone.localtime(arrived_at).time()),
            unit_id=unit.pk if unit else habit_of(member, day),
            unit_from=Visit.UnitFrom.WORD if unit else Visit.UnitFrom.HABIT,
            source=source,
            noted_at=now,
        )
        mark.visit.save(force_insert=True)
        mark.save(force_insert=True)
        if forgotten is not None:
            before, after = {"ending": forgotten.ending}, {"ending": Visit.Ending.NOT_WRITTEN.value}
            record_visit("attendance.log_arrival", forgotten, by=by, before=before, after=after)
        record_visit("attendance.log_arrival", mark.visit, by=by, after=facts(mark.visit), why=why)
        return mark

    return once(mark, change)


@follows_merges
def log_leaving(
    *,
    member: Member,
    day: dt.date,
    key: uuid.UUID,
    by: User | None,
    at: dt.datetime | None = None,
    ending: Visit.Ending = Visit.Ending.KNOWN,
    stamp: str = "",
    **details,
) -> Mark:
    """`member` leaves: the visit *here now* ends now, or `at`. `stamp` and `details` as in `log_arrival`.

    On an earlier day it is the latest visit without a time out, which then ends `at`.
    Raises `NotHere`, `LeftBeforeArriving`, `ToldOtherwise`, `DayNotCome`, `TimeNeeded`, `KeyAlreadyUsed`.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    why = details.pop("why", "")
    mark = new_mark(Mark.Action.LEAVE, member, day, key, by, now, at=at, ending=ending, stamp=stamp, **details)

    def change(attempt: int) -> Mark:
        visit = _open_visits(member, day, today).select_related("unit").last()
        if stamp and (visit is None or at is None or visit.arrived_at > at):
            visit = _left_meanwhile(member, day, at or now)
            if visit.left_at is not None and visit.left_at <= (at or now):  # another tablet said so already
                mark.visit, mark.at = visit, visit.left_at
                mark.save(force_insert=True)
                return mark
        if visit is None or (day == today and visit.is_forgotten(now, today)):
            raise NotHere(_not_here(member, day, today))
        # An evening that runs past midnight is left now, also from a page that was opened before.
        is_live = visit.ending == Visit.Ending.HERE and not visit.is_forgotten(now, today)
        left_at = at or (now if is_live else _moment(day, at, now))
        if left_at > now:
            raise DayNotCome(_("That time has not come yet. Nothing was changed."))
        if left_at < visit.arrived_at:
            raise LeftBeforeArriving(
                _("%(name)s arrived at %(time)s. The time out comes after the time in.")
                % {"name": member, "time": time_words(visit.arrived_at)}
            )
        if stamp and visit.marks.filter(action=Mark.Action.ARRIVE, undone=False, at__gt=left_at).exists():
            raise ToldOtherwise(
                _("A second tablet saw %(name)s come in after %(time)s. Look at the visit, please.")
                % {"name": member, "time": time_words(left_at)}
            )
        before = facts(visit)
        visit.left_at, visit.ending = left_at, ending
        visit.save(update_fields=["left_at", "ending"])
        mark.visit, mark.at = visit, left_at
        mark.save(force_insert=True)
        record_visit("attendance.log_leaving", visit, by=by, before=before, after=facts(visit), why=why)
        return mark

    return once(mark, change)


@follows_merges
def undo_mark(
    *, member: Member, day: dt.date, key: uuid.UUID, by: User | None, of: uuid.UUID | None = None, **details
) -> Mark:
    """Take back the latest standing mark of `member` on `day`: an arrival goes, who left is here again.

    With the key `of` only that mark: somebody who marked the person since is not undone by mistake.
    Raises `NothingToUndo`, `ChangedSince`, `KeyAlreadyUsed`.
    """
    now = timezone.now()
    mark = new_mark(Mark.Action.UNDO, member, day, key, by, now, stamp=str(of or ""), **details)

    def change(attempt: int) -> Mark:
        last, visit = _last_standing(member, day)
        if last is None or visit is None:
            raise NothingToUndo(_("There is nothing to undo for %(name)s.") % {"name": member})
        _expect(of in (None, last.key), member)
        before, after = facts(visit), {}
        # Every tap that meant this same thing is taken back with it.
        Mark.objects.filter(visit=visit, action=last.action, undone=False).update(undone=True)
        if last.action == Mark.Action.ARRIVE:
            _expect(visit.left_at is None, member)
            pk = visit.pk
            visit.delete()
            visit.pk = pk
        else:
            is_as_marked = visit.ending in {Visit.Ending.KNOWN, Visit.Ending.ASSUMED} and visit.left_at == last.at
            _expect(is_as_marked, member)
            visit.left_at, visit.ending = None, Visit.Ending.HERE
            written_later = timezone.localdate(visit.noted_at) != visit.day
            if written_later or visit.is_forgotten(now, timezone.localdate(now)):
                visit.ending = Visit.Ending.NOT_WRITTEN
            _expect(attempt == 0, member)  # the database said no: meanwhile there is a new visit *here now*
            visit.save(update_fields=["left_at", "ending"])
            mark.visit, after = visit, facts(visit)
        mark.save(force_insert=True)
        record_visit("attendance.undo_mark", visit, by=by, before=before, after=after)
        return mark

    return once(mark, change)


@transaction.atomic
def change_visit(*, visit: Visit, by: User | None, kind: str | None = None, unit: Unit | None = None) -> Visit:
    """Another kind or unit for a visit, in one tap. Raises `SameVisitTwice`."""
    visit = Visit.objects.select_for_update(of=("self",), no_key=True).select_related("member", "unit").get(pk=visit.pk)
    before = facts(visit)
    visit.kind = kind or visit.kind
    visit.unit = unit or visit.unit
    visit.unit_from = Visit.UnitFrom.WORD if unit else visit.unit_from
    before, after = audit.differences(before, facts(visit))
    if not after:
        return visit
    try:
        with transaction.atomic():
            visit.save(update_fields=["kind", "unit", "unit_from"])
    except IntegrityError as error:
        raise SameVisitTwice(_("There is already such a visit at that time.")) from error
    record_visit("attendance.change_visit", visit, by=by, before=before, after=after)
    return visit


def _last_standing(member: Member, day: dt.date) -> tuple[Mark | None, Visit | None]:
    """The latest tap that still stands, and its visit, locked.

    The visit is locked first, as whoever takes it out of the book does: holding a mark while waiting for its visit, two
    would wait for each other.
    """
    marks = Mark.objects.filter(member=member, day=day, undone=False, visit__isnull=False)
    standing = marks.exclude(action=Mark.Action.UNDO).order_by("pk")  # what a colleague took out is no mark any more
    for _attempt in range(ATTEMPTS):
        last = standing.last()
        its_visit = last.visit_id if last else None
        visit = Visit.objects.select_for_update(no_key=True).filter(pk=its_visit).first() if its_visit else None
        last = standing.last()  # as it is now that nobody else is at it
        if last is None or (visit and last.visit_id == visit.pk):
            return last, visit
    return None, None


def _moment(day: dt.date, at: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    if at is None and day != timezone.localdate(now):
        raise TimeNeeded(_("This is another day than today. Please say the time."))
    return at or now


def _open_visits(member: Member, day: dt.date, today: dt.date):
    """Visits without a time out: the one *here now*, or those of an earlier day. Locked, earliest first."""
    if day == today:
        visits = Visit.objects.here_now()
    else:
        visits = Visit.objects.on(day).filter(ending__in=[Visit.Ending.HERE, Visit.Ending.NOT_WRITTEN])
    return visits.filter(member=member).select_for_update(of=("self",), no_key=True).order_by("arrived_at", "pk")


def _may_have_been_here(member: Member, day: dt.date, at: dt.datetime) -> bool:
    """Whether a visit of `day` may hold the moment `at` or follow it, by what `to_mark` brought along (else: maybe)."""
    left_last_at = getattr(member, "left_last_at", None)
    return getattr(member, "last_seen_on", day) == day and (left_last_at is None or at <= left_last_at)


def _same_stay(member: Member, day: dt.date, at: dt.datetime, today: dt.date) -> Visit | None:
    """The visit that somebody who arrived `at` is in: the one around that moment, else the next one that day.

    Nobody arrives twice without leaving; so the next arrival, written down by another tablet, is the same one.
    """
    visits = Visit.objects.on(day).filter(member=member).select_for_update(of=("self",), no_key=True)
    for visit in visits.order_by("arrived_at", "pk"):
        is_open = visit.ending == Visit.Ending.HERE or (visit.left_at is None and day != today)
        if visit.arrived_at > at or is_open or (visit.left_at and at <= visit.left_at):
            return visit
    return None


def _left_meanwhile(member: Member, day: dt.date, at: dt.datetime) -> Visit:
    """The visit of `day` that another device ended about when this one saw `member` leave. Raises `ToldOtherwise`."""
    visits = Visit.objects.on(day).filter(member=member, arrived_at__lte=at).select_related("unit")
    visit = visits.select_for_update(of=("self",), no_key=True).order_by("arrived_at", "pk").last()
    if visit is None:
        raise NotHere(_not_here(member, day, day))
    if visit.ending == Visit.Ending.KNOWN and visit.left_at and abs(visit.left_at - at) > SAME_LEAVING:
        raise ToldOtherwise(
            _("%(name)s is written down as leaving at %(time)s. Look at the visit, please.")
            % {"name": member, "time": time_words(visit.left_at)}
        )
    return visit


def _same_arrival(member: Member, arrived_at: dt.datetime, kind: str | None) -> Visit | None:
    visits = Visit.objects.filter(member=member, arrived_at=arrived_at)
    return visits.filter(kind=kind).first() if kind else visits.first()


def habit_of(member: Member, day: dt.date) -> int | None:
    """Id of the unit the member is usually in: on the member already where `with_habit` fetched it."""
    if hasattr(member, "habit_id"):
        return member.habit_id
    members = Member.objects.filter(pk=member.pk).annotate(habit_id=Visit.objects.habit(day))
    return members.values_list("habit_id", flat=True).first()


def _expect(is_so: bool, member: Member) -> None:
    if not is_so:
        sentence = _("The visit of %(name)s was changed since. Please correct it instead.")
        raise ChangedSince(sentence % {"name": member})


def _not_here(member: Member, day: dt.date, today: dt.date) -> str:
    if day == today:
        return _("%(name)s is not here now. Nothing was changed.") % {"name": member}
    return _("No visit of %(name)s on that day waits for a time out. Nothing was changed.") % {"name": member}
