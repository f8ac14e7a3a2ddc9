"""What was written about visits, in plain words: what, before -> after, who, when and why."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.models import Kind, RemovedVisit, Visit
from clubhouse.clock import time_words
from members.models import AuditRecord, House, Member

FEW_CHANGES, MOST_CHANGES = 3, 200
REPAIRS = (
    "attendance.correct_visit", "attendance.remove_visit", "attendance.restore_visit", "attendance.confirm_visit",
)  # fmt: skip
TAPS = (
    "attendance.log_arrival", "attendance.log_leaving", "attendance.undo_mark", "attendance.change_visit",
    "attendance.log_paper", "attendance.fill_unit",
)  # fmt: skip

DID = {
    "attendance.log_arrival": gettext_lazy("Arrival written down"),
    "attendance.log_leaving": gettext_lazy("Leaving written down"),
    "attendance.log_paper": gettext_lazy("Typed in from the paper sheet"),
    "attendance.undo_mark": gettext_lazy("Taken back"),
    "attendance.change_visit": gettext_lazy("Changed"),
    "attendance.fill_unit": gettext_lazy("Unit set by the tasks they did"),
    "attendance.correct_visit": gettext_lazy("Corrected"),
    "attendance.remove_visit": gettext_lazy("Taken out of the book"),
    "attendance.restore_visit": gettext_lazy("Put back into the book"),
    "attendance.confirm_visit": gettext_lazy("Looked at, and it is right"),
}


@dataclass(frozen=True)
class Change:
    """One thing about a visit; `before` is empty where nothing was written before."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One record. `who` is empty when the house itself wrote it; `name` where the list is about several people."""

    at: dt.datetime
    who: str
    did: str
    changes: list[Change] = field(default_factory=list)
    why: str = ""
    name: str = ""


def history(visit: int) -> list[Entry]:
    """Everything that was written about one visit, whoever it belonged to, the first first."""
    return entries(AuditRecord.objects.filter(subject=f"{Visit._meta.label_lower} {visit}").order_by("seq"))


def changes_of(day: dt.date, house: House, *, limit: int = MOST_CHANGES) -> list[Entry]:
    """The last changes of the visits of `day`, the latest first: repairs, and taps that came on another day.

    Three queries; a fourth for the names when a visit went from one to another.
    """
    removed = RemovedVisit.objects.filter(day=day).values_list("visit_pk", flat=True)
    visits = [*Visit.objects.on(day).order_by().values_list("pk", flat=True), *removed]
    over = house.at(day + dt.timedelta(days=1), dt.time())
    records = AuditRecord.objects.filter(subject__in=[f"{Visit._meta.label_lower} {pk}" for pk in visits])
    records = records.filter(Q(verb__in=REPAIRS) | Q(verb__in=TAPS, at__gte=over)).order_by("-seq")
    return entries(records[:limit], named=True)


def entries(records: QuerySet[AuditRecord], *, named: bool = False) -> list[Entry]:
    """`records` for colleagues; `named` says of each whose visit it is about."""
    found, seen = list(records.select_related("by__member", "by__staff", "about")), set()
    members = names_in(found)
    lines = []
    for record in found:
        # A visit that went to somebody else has a record for each of the two.
        same = (record.subject, record.verb, record.by_id, str(record.before), str(record.after))
        if "member_no" in record.after and same in seen:
            continue
        seen.add(same)
        lines.append(
            Entry(
                at=record.at,
                who=record.by.get_short_name() if record.by else "",
                did=str(DID.get(record.verb, _("Changed"))),
                changes=changes(record, members),
                why=record.why,
                name=record.about.full_name if named and record.about else "",
            )
        )
    return lines


def changes(record: AuditRecord, members: dict[str, str] | None = None) -> list[Change]:
    """Before and after, in words. `members`: names by member number, for colleagues; a member reads no other's name."""
    before, after = record.before, record.after
    if not before or not after:  # the whole visit came or went
        whole = visit_words(before or after)
        return [Change(_("Visit"), whole if before else "", _("not in the book") if before else whole)] if whole else []
    found = []
    if "member_no" in after:
        found.append(Change(_("Whose visit"), *_whose(record, members)))
    if "arrived_at" in after:
        found.append(Change(_("Arrived"), _time(before.get("arrived_at")), _time(after["arrived_at"])))
    if "left_at" in after or "ending" in after:
        found.append(Change(_("Left"), _left(before), _left(after)))
    if "kind" in after:
        found.append(Change(_("Kind"), _kind(before.get("kind")), _kind(after["kind"])))
    if "unit" in after:
        found.append(Change(_("Unit"), before.get("unit") or _("no unit"), after["unit"] or _("no unit")))
    return [change for change in found if change.before != change.after]


def names_in(records: Iterable[AuditRecord]) -> dict[str, str]:
    """Names by member number, of everybody whom `records` name by number. A query when there is one."""
    numbers = {
        facts["member_no"] for record in records for facts in (record.before, record.after) if "member_no" in facts
    }
    found = Member.objects.filter(member_no__in=numbers) if numbers else ()
    return {member.member_no: member.full_name for member in found}


def visit_words(facts: dict) -> str:
    """A whole visit as its record has it: "9 am to noon"."""
    if not facts.get("arrived_at"):
        return ""
    words = {"arrived": _time(facts["arrived_at"]), "left": _left(facts)}
    if facts.get("left_at"):
        return _("%(arrived)s to %(left)s") % words
    if facts.get("ending") == Visit.Ending.HERE:
        return _("since %(arrived)s") % words
    return _("from %(arrived)s, time out not written down") % words


def _whose(record: AuditRecord, members: dict[str, str] | None) -> tuple[str, str]:
    before, after = record.before.get("member_no", ""), record.after["member_no"]
    if members is not None:
        return members.get(before, before), members.get(after, after)
    mine = record.about.member_no if record.about else ""
    return tuple(_("yours") if number == mine else _("another member's") for number in (before, after))  # type: ignore[return-value]


def _time(written: str | None) -> str:
    if not written:
        return _("nothing")
    try:
        return time_words(dt.datetime.fromisoformat(written))
    except ValueError:
        return written


def _left(facts: dict) -> str:
    ending = facts.get("ending")
    if facts.get("left_at"):
        words = {"time": _time(facts["left_at"])}
        return _("%(time)s (assumed)") % words if ending == Visit.Ending.ASSUMED else words["time"]
    if "left_at" in facts or ending in {Visit.Ending.HERE, Visit.Ending.NOT_WRITTEN}:
        return _("here now") if ending == Visit.Ending.HERE else _("not written down")
    return _("time assumed") if ending == Visit.Ending.ASSUMED else _("time known")


def _kind(written: str | None) -> str:
    return str(Kind(written).label) if written in Kind.values else written or ""
