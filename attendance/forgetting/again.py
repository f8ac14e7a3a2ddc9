"""A restored backup knows the people again who were forgotten since: they are forgotten again."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from attendance.forgetting import book
from attendance.forgetting.whole import forget
from members.models import Erasure, Member, User


def apply_again(lines: Iterable[dict]) -> int:
    """Forget whoever stands in the book and is known here. Answers how many certificates were applied; again: none.

    A member is known by the id, and by one of the numbers of that time: another house's backup has other people.
    """
    return sum(_apply(one) for one in book.standing(lines).values() if one["state"] != book.UNDONE)


@transaction.atomic
def _apply(line: dict) -> bool:
    members = [
        member
        for member in Member.objects.select_for_update(no_key=True).filter(pk__in=line["members"]).order_by("pk")
        if member.erased_at is None and Erasure.digest_of(line["certificate"], member.member_no) in line["numbers"]
    ]
    kept = [member for member in members if member.merged_into_id not in {one.pk for one in members}]
    for n, member in enumerate(kept):
        _forget_again(line, member, is_first=n == 0)
    return bool(kept)


def _forget_again(line: dict, member: Member, *, is_first: bool) -> None:
    done_at = dt.datetime.fromisoformat(line["done_at"])
    Erasure.objects.filter(member=member, done_at=None, taken_back_at=None).exclude(
        certificate=line["certificate"]
    ).update(taken_back_at=timezone.now())
    erasure = Erasure.objects.filter(certificate=line["certificate"]).first() if is_first else None
    erasure = erasure or Erasure(asked_at=dt.datetime.fromisoformat(line["asked_at"]))
    if is_first:
        erasure.certificate = line["certificate"]
    users = set(User.objects.filter(pk__in=[line["first_by"], line["second_by"]]).values_list("pk", flat=True))
    first, second = (pk if pk in users else None for pk in (line["first_by"], line["second_by"]))
    erasure.member, erasure.kind, erasure.numbers = member, line["kind"], line["numbers"]
    erasure.first_by_id, erasure.second_by_id = first, second
    erasure.taken_back_at, erasure.again_at = None, timezone.now()
    erasure.first_at = erasure.second_at = erasure.first_at or done_at
    forget(erasure, at=done_at, by=None, why="again")
