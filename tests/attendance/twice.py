"""For the tests of merging: what is in the house, to compare it before and after."""

from collections import Counter

from django.apps import apps
from django.utils import timezone

from attendance import actions
from attendance.models import Visit
from members.models import MemberMerge

# The last is made when somebody first asks for it.
NOT_COMPARED = {"members.auditrecord", "members.audithead", "members.membermerge", "members.house"}


def merge(kept, merged, by=None) -> MemberMerge:
    return actions.merge_members(kept=kept, merged=merged, by=by and by.user)


def undo(done: MemberMerge, by=None) -> list[str]:
    return actions.undo_merge(merge=done, by=by and by.user)


def snapshot() -> Counter:
    """Every row of ours, but what tells of the merge."""
    models = [m for app in ("members", "activities", "attendance") for m in apps.get_app_config(app).get_models(True)]
    return Counter(
        (model._meta.label_lower, *map(str, row))
        for model in models
        if model._meta.label_lower not in NOT_COMPARED
        for row in model._base_manager.values_list()
    )


def stays(member) -> list[tuple]:
    def clock(at):
        return at and f"{timezone.localtime(at):%H:%M}"

    visits = Visit.objects.filter(member=member).order_by("arrived_at", "pk")
    return [(str(v.day), clock(v.arrived_at), clock(v.left_at), v.ending) for v in visits]
