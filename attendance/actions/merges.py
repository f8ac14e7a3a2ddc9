"""Two entries on the roll were one person: everything moves to the one that is kept, and can be moved back exactly."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.actions import places_twice, twice, visits_twice, wishes_twice
from attendance.actions.marks import ATTEMPTS, TooManyAtOnce
from members import audit
from members.models import Member, MemberMerge, User
from members.refusals import Refusal

VISITS = "attendance.visit.member"
# Before anything is moved, in the order in which others lock them.
LOCKED_FIRST = ("attendance.mark.member", VISITS)


class SameEntry(Refusal):
    """Nobody is merged with themselves."""


class MergedAlready(Refusal):
    """One of the two was merged into somebody before."""


class HasSignIn(Refusal):
    """A sign-in leads to a page; the entry behind it stays."""


class MergedAgainSince(Refusal):
    """A later merge stands on this one."""


class _Again(Exception):
    """Something was written down for the merged entry at this very moment."""


def merge_members(*, kept: Member, merged: Member, by: User | None) -> MemberMerge:
    """`merged` turns out to be `kept`: what was written there moves over. Done twice, it is done once.

    Raises `SameEntry`, `MergedAlready`, `HasSignIn`.
    """
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _merge(kept, merged, by)
        except (IntegrityError, _Again):
            continue  # somebody marked one of them meanwhile: look again
    raise TooManyAtOnce(_("Many people are marking at once. Nothing was changed; please tap again."))


@transaction.atomic
def undo_merge(*, merge: MemberMerge, by: User | None) -> list[str]:
    """Two people again, each with what was theirs; what came since stays with the kept one.

    Answers the titles of tasks and events on which both had a place and only one is free now.
    Raises `MergedAgainSince`.
    """
    kept, merged = _locked(merge.kept, merge.merged)
    merge = MemberMerge.objects.select_for_update(no_key=True).get(pk=merge.pk)
    if merge.undone_at is not None:
        return []
    later = MemberMerge.objects.filter(kept=kept, undone_at=None, pk__gt=merge.pk).exists()
    if later or kept.merged_into_id is not None:
        raise MergedAgainSince(_("Something was joined with this entry later. Take that back first."))
    moved = merge.moved
    offers = places_twice.lock_offers([kept], moved["aside"])
    for name in LOCKED_FIRST:
        twice.lock(name, kept)
    for name, pks in moved["moved"].items():
        twice.move_back(name, pks, kept, merged)
    visits_twice.give_back_removed(moved["moved"].get(VISITS, []), kept, merged)
    visits_twice.put_back(moved["visits_aside"])
    visits_twice.open_again(moved["closed"])
    Member.objects.filter(pk=merged.pk).update(merged_into=None)
    full = twice.put_back(moved["aside"])
    wishes_twice.give_back(moved.get("wishes", {}), kept)  # older merges have none
    moved_up = places_twice.move_up(offers, now=timezone.now())
    if moved["enrolled_on"] and str(kept.enrolled_on) == str(merged.enrolled_on):
        Member.objects.filter(pk=kept.pk).update(enrolled_on=moved["enrolled_on"])
    for member in (kept, merged):
        Member.objects.get(pk=member.pk).save(update_fields=["search_name"])
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    for member in (kept, merged):
        audit.record(by=by, verb="attendance.undo_merge", about=member, subject=merge)
    places_twice.record(moved_up)
    return full


def undoable_merge(kept: Member) -> MemberMerge | None:
    """The latest standing one: only that can be taken back."""
    return MemberMerge.objects.filter(kept=kept, undone_at=None).select_related("merged").order_by("pk").last()


def _merge(kept: Member, merged: Member, by: User | None) -> MemberMerge:
    if kept.pk == merged.pk:
        raise SameEntry(_("That is the same entry. Choose another one."))
    kept, merged = _locked(kept, merged)
    if merged.merged_into_id == kept.pk:
        return MemberMerge.objects.get(kept=kept, merged=merged, undone_at=None)
    for member in (kept, merged):
        if member.merged_into_id is not None:
            raise MergedAlready(_("%(name)s has been joined to an entry by now.") % {"name": member})
    if merged.user_id is not None:
        raise HasSignIn(_("%(name)s has a sign-in there. Keep that entry.") % {"name": merged})
    offers = places_twice.lock_offers([kept, merged])  # before anything is moved, in the order in which others lock
    moved = _move_everything(kept, merged, by)
    moved["aside"] += places_twice.leave_lines(offers, kept)
    moved_up = places_twice.move_up(offers, now=timezone.now())
    merge = MemberMerge.objects.create(kept=kept, merged=merged, at=timezone.now(), by=by, moved=moved)
    Member.objects.filter(pk=merged.pk).update(merged_into=kept)
    Member.objects.get(pk=kept.pk).save(update_fields=["search_name"])  # found by the names of both
    audit.record(by=by, verb="attendance.merge_members", about=kept, subject=merge, after={"joined": merged.member_no})
    places_twice.record(moved_up)
    # From here on nobody records anything about `merged` any more (see `audit.record`); what came before is seen now.
    if twice.anything_left(merged):
        raise _Again
    return merge


def _move_everything(kept: Member, merged: Member, by: User | None) -> dict:
    for name in LOCKED_FIRST:
        twice.lock(name, kept, merged)
    aside = twice.set_aside(twice.unwished(kept, merged))
    closed = visits_twice.close_forgotten(kept, merged)
    visits_aside = visits_twice.set_doubles_aside(kept, merged, now=timezone.now(), by=by)
    moved = {}
    for name in twice.MOVED:
        pks, doubles = twice.move(name, kept, merged)
        aside += doubles
        if pks:
            moved[name] = pks
    enrolled_on = None
    if merged.enrolled_on < kept.enrolled_on:  # they have been a member for that long
        enrolled_on = kept.enrolled_on.isoformat()
        Member.objects.filter(pk=kept.pk).update(enrolled_on=merged.enrolled_on)
    wishes = wishes_twice.bring_over(kept, merged)
    return {
        "moved": moved, "aside": aside, "visits_aside": visits_aside, "closed": closed, "enrolled_on": enrolled_on,
        "wishes": wishes,
    }  # fmt: skip


def _locked(kept: Member, merged: Member) -> tuple[Member, Member]:
    rows = Member.objects.select_for_update(no_key=True).filter(pk__in=[kept.pk, merged.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[kept.pk], found[merged.pk]
