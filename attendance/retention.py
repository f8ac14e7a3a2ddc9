"""What a house may let go after some months: each kind, what it says, which rows it means, and how they go.

Never about belonging: nobody's entry, days or places are ever among them (the handbook, must-never 2).
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.db.models import DateTimeField, Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from attendance.models import CorrectionRequest, ReachOut, Visit
from members.models import AuditRecord, EmergencyContact, Member, Message, Note

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BATCH = 5000
RECORDS = "devices"


@dataclass(frozen=True)
class Kind:
    """`rows` are those from before a moment that still hold it, `when` says how old one is, `clear` takes a batch."""

    label: "StrOrPromise"
    says: "StrOrPromise"
    rows: Callable[[dt.datetime], QuerySet]
    when: str
    clear: Callable[[QuerySet], int]


def _delete(rows: QuerySet) -> int:
    return rows.delete()[1].get(rows.model._meta.label, 0)


def _notes(before: dt.datetime) -> QuerySet:
    read = Q(read_at__isnull=False) | Q(printed_at__isnull=False)
    return Note.objects.filter(read, at__lt=before)


def _messages(before: dt.datetime) -> QuerySet:
    """Nothing goes that waits, or that somebody has to look at; nor before its note."""
    over = [Message.State.SENT, Message.State.DROPPED, Message.State.HELD]
    return Message.objects.filter(state__in=over, settled_at__lt=before, expires_at__lt=before, note=None)


def _contacts_of_the_dead(before: dt.datetime) -> QuerySet:
    has_some = ~Q(phone="") | ~Q(email="") | ~Q(address="") | Q(emergency_contacts__isnull=False)
    died = Member.objects.annotate(gone_at=Cast(F("deceased_on"), DateTimeField()))
    return died.filter(has_some, deceased_on__lt=before.date()).distinct()


def _clear_contacts(members: QuerySet) -> int:
    pks = list(members.values_list("pk", flat=True))
    EmergencyContact.objects.filter(member__in=pks).delete()
    return Member.objects.filter(pk__in=pks).update(phone="", email="", address="", email_refused_at=None)


def _emergency_of_those_who_left(before: dt.datetime) -> QuerySet:
    """Not of those who came back since, or named somebody since: the day of withdrawing may stand there still."""
    since = Visit.objects.filter(member=OuterRef("member"), day__gte=before.date())
    return EmergencyContact.objects.filter(
        ~Exists(since), member__withdrawn_on__lt=before.date(), at__lt=before
    ).annotate(gone_at=Cast(F("member__withdrawn_on"), DateTimeField()))


KINDS: dict[str, Kind] = {
    "reach_out_words": Kind(
        _("Words about reach-outs"),
        _("What was talked about, and notes. The reach-outs themselves stay, as numbers."),
        lambda before: ReachOut.objects.filter(at__lt=before).exclude(topic="", note=""),
        "at",
        lambda rows: rows.update(topic="", note=""),
    ),
    "correction_words": Kind(
        _("Questions about what is written"),
        _("What members asked to have put right, once it was answered."),
        lambda before: CorrectionRequest.objects.filter(answered_at__lt=before),
        "answered_at",
        _delete,
    ),
    "read_notes": Kind(
        _("Notes that were read"),
        _("Notes that somebody put away, or got on paper."),
        _notes,
        "at",
        _delete,
    ),
    "old_messages": Kind(
        _("Messages that were sent"),
        _("That a message went out, and when. None that still waits."),
        _messages,
        "settled_at",
        _delete,
    ),
    RECORDS: Kind(
        _("Devices in the records"),
        _("From which device somebody did something. Who did what, and when, stays."),
        lambda before: AuditRecord.objects.filter(at__lt=before).exclude(device=""),
        "at",
        lambda rows: rows.count(),  # the action blanks them, so that the chain stays whole
    ),
    "contacts_of_the_dead": Kind(
        _("Contacts of people who died"),
        _("Phone, mail and address of members who died, and whom to call for them."),
        _contacts_of_the_dead,
        "gone_at",
        _clear_contacts,
    ),
    "emergency_of_withdrawn": Kind(
        _("Whom to call for members who withdrew"),
        _("Their emergency contacts. Members who come back can name new ones."),
        _emergency_of_those_who_left,
        "gone_at",
        _delete,
    ),
}


def before(months: int, now: dt.datetime) -> dt.datetime:
    """What is older than this goes."""
    return now - relativedelta(months=months)


@dataclass(frozen=True)
class DryRun:
    """What a rule would do today."""

    goes: int
    oldest_left_at: dt.datetime | None


def dry_run(what: str, months: int, now: dt.datetime) -> DryRun:
    kind = KINDS[what]
    rows = kind.rows(now)
    left = rows.exclude(pk__in=kind.rows(before(months, now)).values("pk"))
    oldest = left.order_by().aggregate(oldest=Min(kind.when))["oldest"]
    return DryRun(kind.rows(before(months, now)).count(), oldest)


def without_device(record: AuditRecord) -> None:
    record.device = ""
