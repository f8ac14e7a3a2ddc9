"""A spreadsheet from before may hold somebody who is forgotten: the row is known by the digest of its number."""

from django.utils.translation import gettext as _

from attendance.sheets import Problem, Sheet
from members.models import Erasure, Member


def forgotten_rows(read: dict[str, Sheet]) -> list[Problem]:
    """A sentence for each row of a member who asked to be forgotten, and whose number nobody else got since."""
    sheet = read.get("members.csv")
    if sheet is None or not Erasure.objects.done().exists():
        return []
    standing = set(Member.objects.values_list("member_no", flat=True))
    forgotten = Erasure.objects.digests()
    return [
        Problem(row.file, row.line, _("this person asked to be forgotten. Take the row out."))
        for row in sheet.rows
        if row.values["member_no"] not in standing and forgotten.hold(row.values["member_no"])
    ]
