"""Everything of one person, in the order in which it has to go. The caller holds the transaction."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db.models import Q
from django.utils.translation import gettext as _

from attendance.actions.report_files import WITH_NAMES
from attendance.forgetting import book, fates, person, rows, words
from attendance.models import Mark, ReportFile, Visit
from members import audit
from members.models import AuditRecord, EmergencyContact, Erasure, Member, User

HUGE = {Visit, Mark}  # no words in them
TEXTS = "texts"  # of others, in which the name stood


def numbers_of(erasure: Erasure, members: Sequence[Member]) -> list[str]:
    """Digests of every member number they had, also before somebody changed it."""
    numbers = {member.member_no for member in members}
    told = AuditRecord.objects.filter(about__in=members).values_list("before", "after")
    for facts in (facts for record in told for facts in record):
        numbers.add(str(facts.get("member_no") or ""))
    return sorted(Erasure.digest_of(erasure.certificate, number) for number in numbers - {""})


def forget(erasure: Erasure, *, at: dt.datetime, by: User | None, why: str = "") -> None:
    """The person of `erasure`, with every entry of theirs. The row says afterwards what was done."""
    members = book.everybody(erasure.member)
    users = list(User.objects.filter(member__in=members))
    names = words.Names.of(members, users)
    rows.give_places_back(members)
    audit.hold()  # from here on nobody writes anything
    if not erasure.numbers:
        erasure.numbers = numbers_of(erasure, members)
    did = rows.forget_rows(members, erasure.kind)
    did["sessions"] += person.end_sessions(users)
    did += person.forget_sign_in(users, erasure.kind)
    for member in members:
        person.forget_person(member, erasure.kind, at)
        did["members.member"] += 1
    did += _traces(members, names)
    did["members.emergencycontact"] += _called_no_more(names)
    did[TEXTS] += words.replace(names)
    records = _records(members, users, names)
    did["members.auditrecord"] = len(records)
    erasure.did, erasure.done_at, erasure.swept_at = dict(+did), at, None
    erasure.save()
    audit.blank(
        records, by=by, verb="attendance.erase", subject=erasure, why=why, rewrite=_rewrite(members, users, names),
        after={"kind": erasure.kind, "certificate": erasure.certificate},
    )  # fmt: skip


def _traces(members: Sequence[Member], names: words.Names) -> Counter[str]:
    """What a person leaves in passing: files with names, tries that were counted, forms that wait in a session."""
    cache.clear()  # it counts tries by digests of names and addresses; it starts again at nothing
    files = ReportFile.objects.filter(what__in=WITH_NAMES).delete()[1].get("attendance.ReportFile", 0)
    pks = [str(member.pk) for member in members]
    LogEntry.objects.filter(content_type__app_label="members", content_type__model="member", object_id__in=pks).delete()
    sessions = 0
    for session in Session.objects.iterator():
        held = session.get_decoded()
        kept = {key: value for key, value in held.items() if not _speaks_of(names, value)}
        if kept.keys() != held.keys():
            sessions += Session.objects.filter(pk=session.pk).update(session_data=SessionStore().encode(kept))
    return Counter({"attendance.reportfile": files, "sessions": sessions})


def _called_no_more(names: words.Names) -> int:
    """Others named them as somebody to call: a line without a number would keep those from naming somebody else."""
    theirs = [contact for contact in EmergencyContact.objects.select_related("member") if names.are_of(contact)]
    for contact in theirs:
        subject = f"{contact._meta.label_lower} {contact.pk}"
        contact.delete()
        audit.record(
            by=None, verb="edit_emergency_contacts", about=contact.member.merged_into or contact.member,
            subject=subject, before={"name": _("a member")}, after={"name": ""},
        )  # fmt: skip
    return len(theirs)


def _speaks_of(names: words.Names, value) -> bool:
    text = str(value)
    return names.stand_in(text) or names.may_stand_in(text)


def _records(members: Sequence[Member], users: Sequence[User], names: words.Names) -> list[AuditRecord]:
    """About them, of what they did, and those in which the name stands."""
    found = Q(about__in=members) | Q(by__in=users) | Q(subject__in=_subjects(members, users))
    records = {record.pk: record for record in AuditRecord.objects.filter(found).order_by("seq")}
    for name in ("before", "after", "why", "device"):
        for record in words.that_hold(AuditRecord.objects.all(), words.column(AuditRecord, name), names.full).order_by(
            "seq"
        ):
            if record.pk not in records and names.stand_in(str(getattr(record, name))):
                records[record.pk] = record
    return sorted(records.values(), key=lambda record: record.seq)


def _subjects(members: Sequence[Member], users: Sequence[User]) -> list[str]:
    return [f"{row._meta.label_lower} {row.pk}" for row in (*members, *users)]


def _rewrite(members: Sequence[Member], users: Sequence[User], names: words.Names) -> audit.Rewrite:
    about, did = {member.pk for member in members}, {user.pk for user in users}
    subjects = set(_subjects(members, users))

    def rewrite(record: AuditRecord) -> None:
        if record.about_id in about or record.subject in subjects:
            audit.without_texts(record)
            return
        if record.by_id in did:
            record.device = ""
        for name in ("before", "after", "why", "device"):
            setattr(record, name, names.out_of(getattr(record, name)))

    return rewrite


def would_go(member: Member, kind: str) -> Counter[str]:
    """How much of each model would go: for the page on which a colleague says yes."""
    members = book.everybody(member)
    found: Counter[str] = Counter()
    for model in fates.ours():
        if model in rows.ELSEWHERE or not fates.owners(model):
            continue
        if fates.goes(fates.fate_of_row(model), kind) or fates.emptied(model, kind):
            found[model._meta.label_lower] = rows.theirs(model, members).count()
    found["members.member"] = len(members)
    found["members.user"] = User.objects.filter(member__in=members).count()
    found["members.auditrecord"] = AuditRecord.objects.filter(about__in=members).count()
    return +found


def texts_with_the_name(member: Member) -> tuple[list[words.Found], list[words.Found]]:
    """Texts of others that hold the full name, and those that hold a part of it only."""
    members, ours = book.everybody(member), set(fates.ours())
    names = words.Names.of(members, list(User.objects.filter(member__in=members)))
    own = {(model, pk) for model in ours for pk in _gone(model, members)} | {(Member, one.pk) for one in members}
    full = [found for found in words.find(names) if found.model in ours and (found.model, found.pk) not in own]
    alone = [
        found for found in words.find(names, alone=True) if found.model in ours and (found.model, found.pk) not in own
    ]
    return full, alone


def _gone(model, members: Sequence[Member]) -> list[int]:
    """Rows of theirs: whatever stands in them goes by itself, or is shown as what goes."""
    if model in rows.ELSEWHERE or not fates.owners(model):
        return []
    return list(rows.theirs(model, members).values_list("pk", flat=True)) if model not in HUGE else []
