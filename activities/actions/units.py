"""Units, and who belongs to them."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from activities.actions.library import fill_library
from activities.models import Unit
from members import audit
from members.models import Member, Staff, User
from members.refusals import Refusal


class UnitNameTaken(Refusal):
    """Two units with the same name could not be told apart."""

    field = "name"


class MeetingsOutOfOrder(Refusal):
    """The afternoon meeting would come before the morning meeting."""

    field = "afternoon_meeting_at"


@transaction.atomic
def add_unit(*, name: str, colour: int, by: User | None, **details) -> Unit:
    """A new unit; `details`: `icon`, `description`, `morning_meeting_at`, `afternoon_meeting_at` (house time).

    A name like "Kitchen" brings the usual tasks of one. Raises UnitNameTaken, MeetingsOutOfOrder.
    """
    unit = Unit(name=name, colour=colour, **details)
    _is_in_order(unit)
    unit.save()
    fill_library(unit=unit, by=by)
    said = {field: value for field, value in details.items() if value}
    audit.record(by=by, verb="add_unit", subject=unit, after={"name": name, "colour": colour, **said})
    return unit


@transaction.atomic
def edit_unit(*, unit: Unit, by: User | None, **fields) -> Unit:
    """Change what `fields` name. What was done in the unit stays with it. Raises UnitNameTaken, MeetingsOutOfOrder."""
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    before, after = audit.differences({field: getattr(unit, field) for field in fields}, fields)
    if after:
        for field, value in after.items():
            setattr(unit, field, value)
        _is_in_order(unit)
        unit.save()
        audit.record(by=by, verb="edit_unit", subject=unit, before=before, after=after)
    return unit


@transaction.atomic
def add_to_unit(*, unit: Unit, member: Member, by: User | None) -> None:
    """`member` has `unit` as a home base; a member may have more than one."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if not unit.members.filter(pk=member.pk).exists():
        unit.members.add(member)
        audit.record(by=by, verb="add_to_unit", about=member, subject=unit, after={"unit": unit.name})


@transaction.atomic
def remove_from_unit(*, unit: Unit, member: Member, by: User | None) -> None:
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if unit.members.filter(pk=member.pk).exists():
        unit.members.remove(member)
        audit.record(by=by, verb="remove_from_unit", about=member, subject=unit, before={"unit": unit.name})


@transaction.atomic
def edit_unit_staff(*, unit: Unit, staff: Iterable[Staff], by: User | None) -> None:
    """Exactly `staff` work in `unit`."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    before = sorted(unit.staff.values_list("pk", flat=True))
    after = sorted(person.pk for person in staff)
    if before != after:
        unit.staff.set(after)
        audit.record(by=by, verb="edit_unit_staff", subject=unit, before={"staff": before}, after={"staff": after})


def _is_in_order(unit: Unit) -> None:
    others = Unit.objects.exclude(pk=unit.pk).values_list("name", flat=True)
    if unit.name.casefold() in {other.casefold() for other in others}:
        raise UnitNameTaken(_("There is a unit with this name already."))
    morning, afternoon = unit.morning_meeting_at, unit.afternoon_meeting_at
    if morning and afternoon and afternoon <= morning:
        raise MeetingsOutOfOrder(_("The morning meeting comes first. Look at the two times."))
