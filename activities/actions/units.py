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


@transaction.atomic
def add_unit(*, name: str, colour: int, by: User | None) -> Unit:
    """A name like "Kitchen" brings the usual tasks of one. Raises UnitNameTaken."""
    _name_is_free(name)
    unit = Unit.objects.create(name=name, colour=colour)
    fill_library(unit=unit, by=by)
    audit.record(by=by, verb="add_unit", subject=unit, after={"name": name, "colour": colour})
    return unit


@transaction.atomic
def edit_unit(*, unit: Unit, name: str, colour: int, by: User | None) -> Unit:
    """Rename a unit or give it another colour. What was done in it stays with it. Raises UnitNameTaken."""
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    _name_is_free(name, unit)
    before, after = audit.differences({"name": unit.name, "colour": unit.colour}, {"name": name, "colour": colour})
    if after:
        unit.name, unit.colour = name, colour
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


def _name_is_free(name: str, but: Unit | None = None) -> None:
    others = Unit.objects.exclude(pk=but.pk) if but else Unit.objects.all()
    if name.casefold() in {other.casefold() for other in others.values_list("name", flat=True)}:
        raise UnitNameTaken(_("There is a unit with this name already."))
