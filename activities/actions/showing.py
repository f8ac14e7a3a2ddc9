""" "I can show this": a member's own word, on the work that a unit's library knows."""

from django.db import transaction
from django.utils import timezone

from activities.models import CanShow, LibraryTask, Unit, UnitTask
from members import audit
from members.models import House, Member, User

COPIED = ("title", "part", "starts_at", "places", "good_to_know", "is_practice", "carries_over")


def can_show(*, what: UnitTask | LibraryTask, member: Member, by: User) -> CanShow:
    """`member` likes to show this work. Work that the unit's library does not know yet gets a page there."""
    with transaction.atomic():
        library_task = what if isinstance(what, LibraryTask) else _known(what, by)
        said, made = CanShow.objects.get_or_create(
            library_task=library_task, member=member, defaults={"at": timezone.now()}
        )
        if made:
            audit.record(
                by=by, verb="can_show", about=member, subject=library_task, after={"task": library_task.title}
            )  # fmt: skip
    return said


def stop_showing(*, what: UnitTask | LibraryTask, member: Member, by: User) -> bool:
    """The undo of `can_show`. True when they had said so."""
    library_task = what if isinstance(what, LibraryTask) else what.library_task
    if library_task is None:
        return False
    with transaction.atomic():
        removed, _rows = CanShow.objects.filter(library_task=library_task, member=member).delete()
        if removed:
            audit.record(
                by=by, verb="stop_showing", about=member, subject=library_task, before={"task": library_task.title}
            )  # fmt: skip
    return bool(removed)


def _known(task: UnitTask, by: User) -> LibraryTask:
    """What the library knows of `task`; from now on the same work of the coming days knows it too."""
    Unit.objects.select_for_update(no_key=True).get(pk=task.unit_id)  # two who say so at once make one page
    known = task.library_task or LibraryTask.objects.filter(unit=task.unit_id, title__iexact=task.title).first()
    if known is None:
        copied = {name: getattr(task, name) for name in COPIED}
        known = LibraryTask.objects.create(unit_id=task.unit_id, posted_by=by, **copied)
    today = House.objects.current().day_of(timezone.now())
    same = UnitTask.objects.filter(unit=task.unit_id, title__iexact=task.title, day__gte=today, library_task=None)
    pks = list(same.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    UnitTask.objects.filter(pk__in=pks).update(library_task=known)
    return known
