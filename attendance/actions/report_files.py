"""Files with names, and files that take long: asked for by somebody, made by the worker, kept for them for a day.

A worker holds a file by a claim that runs out. Whoever died half way leaves the row to the next one, and what it had
written to the broom: a claim has a random name of its own, so nobody writes into somebody else's file.
"""

import datetime as dt
import secrets

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.actions.decisions import decision_in_force, give_research
from attendance.models import ReportFile
from clubhouse.spans import Span
from members import audit
from members.models import User
from members.refusals import Refusal

What, State = ReportFile.What, ReportFile.State
PERMISSIONS = {
    What.REPORT: "attendance.export_monthly_report",
    What.REPORT_WITH_NAMES: "attendance.export_names",
    What.ROSTER: "attendance.export_names",
    What.BREAKDOWN: "attendance.export_breakdown",
    What.RESEARCH: "attendance.export_research",
}
WITH_NAMES = frozenset({What.REPORT_WITH_NAMES, What.ROSTER})

CLAIM_LASTS = dt.timedelta(seconds=90)  # renewed while the worker lives
MOST_ATTEMPTS = 3
MOST_WAITING = 3  # of one person


class WhyNeeded(Refusal):
    """Names leave the house for a reason only."""


class TooManyFiles(Refusal):
    """Enough of this person's files are in the making."""


class ClaimLost(Exception):
    """The file was deleted, or belongs to another worker by now: whoever is told so stops."""


@transaction.atomic
def export_names(*, what: str, format: str, span: Span, why: str, by: User) -> None:
    """Write down who takes names out of the house, which, when and why; the file comes at once. Raises `WhyNeeded`."""
    _has_reason(what, why)
    after = {"what": str(what), "format": format, "span": str(span)}
    audit.record(by=by, verb="attendance.export_names", subject=f"report file {span}", after=after, why=why)


@transaction.atomic
def ask_for_file(*, what: str, format: str, span: Span, by: User, why: str = "") -> ReportFile:
    """A file that takes long. Asked for twice for the same reason, it is one.

    Only the row is written here: the worker finds it, also after the queue was away.
    Raises `WhyNeeded`, `NoDecision`, `TooManyFiles`.
    """
    _has_reason(what, why)
    if what == What.RESEARCH:
        decision_in_force()
    owner = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    in_the_making = ReportFile.objects.in_the_making().filter(owner=owner)
    wish = {"what": what, "format": format, "first_on": span.first, "last_on": span.last, "why": why}
    same = in_the_making.filter(**wish).first()
    if same is not None:
        return same
    if in_the_making.count() >= MOST_WAITING:
        raise TooManyFiles(_("A few files are on their way to you already. Please wait until one of them is ready."))
    file = ReportFile.objects.create(owner=owner, asked_at=timezone.now(), **wish)
    verb = "attendance.export_names" if what in WITH_NAMES else "attendance.ask_for_file"
    after = {"what": str(what), "format": format, "span": str(span)}
    audit.record(by=by, verb=verb, subject=file, after=after, why=why)
    return file


def _has_reason(what: str, why: str) -> None:
    if what in WITH_NAMES and not why.strip():
        raise WhyNeeded(_("Say in a few words what the names are for."), "why")


# -- The worker's side: each step is one conditional UPDATE ------------------------------------------------------------


def claim_file(*, now: dt.datetime | None = None) -> ReportFile | None:
    """The file that waits longest, for the caller alone; None while another one is being made.

    One at a time, so that a worker always has a hand free for messages.
    """
    now = now or timezone.now()
    being_made = ReportFile.objects.filter(state=State.WORKING, claimed_until__gt=now)
    for file in ReportFile.objects.claimable(now).order_by("asked_at", "pk"):
        left = {"state": file.state, "claimed_until": file.claimed_until, "attempts": file.attempts}
        here = ReportFile.objects.filter(pk=file.pk, **left).exclude(Exists(being_made.exclude(pk=OuterRef("pk"))))
        if file.attempts >= MOST_ATTEMPTS:
            here.update(state=State.FAILED, claimed_until=None, stored_as="")
        elif here.update(
            state=State.WORKING, claimed_until=now + CLAIM_LASTS, attempts=F("attempts") + 1, done=0, total=0,
            stored_as=secrets.token_hex(16),
        ):  # fmt: skip
            return ReportFile.objects.get(pk=file.pk)
    return None


def _claimed(file: ReportFile):
    return ReportFile.objects.filter(pk=file.pk, state=State.WORKING, stored_as=file.stored_as)


def renew_claim(*, file: ReportFile, done: int, total: int) -> None:
    """So far; and it goes on. Raises `ClaimLost`."""
    until = timezone.now() + CLAIM_LASTS
    if not _claimed(file).update(claimed_until=until, done=min(done, total), total=total):
        raise ClaimLost(file.pk)


def hold_claim(*, file: ReportFile) -> bool:
    """The worker lives, however long one step takes. False when the claim is lost."""
    return bool(_claimed(file).update(claimed_until=timezone.now() + CLAIM_LASTS))


def finish_file(*, file: ReportFile) -> None:
    """It lies whole under its name. Raises `ClaimLost`."""
    if not _claimed(file).update(state=State.READY, claimed_until=None, ready_at=timezone.now()):
        raise ClaimLost(file.pk)


def fail_file(*, file: ReportFile, trouble: str = "") -> None:
    """It did not work out: tried again soon, for good after the third time, or at once when `trouble` has a name."""
    is_over = bool(trouble) or file.attempts >= MOST_ATTEMPTS
    state = State.FAILED if is_over else State.WAITING
    options = file.options | ({"trouble": trouble} if trouble else {})
    _claimed(file).update(state=state, claimed_until=None, stored_as="", options=options)


# -- Afterwards --------------------------------------------------------------------------------------------------------


@transaction.atomic
def fetch_file(*, file: ReportFile, by: User) -> None:
    """Its owner takes it. With names in it, or for research, that is written down. Raises `NoDecision`."""
    if file.what == What.RESEARCH:
        give_research(span=file.span, format=file.format, by=by)
    if file.what in WITH_NAMES:
        after = {"what": file.what, "format": file.format, "span": str(file.span)}
        audit.record(by=by, verb="attendance.fetch_file", subject=file, after=after, why=file.why)


@transaction.atomic
def delete_file(*, file: ReportFile, by: User) -> None:
    """Its owner needs it no more, or not after all. Done twice, it is done. The broom takes what lies on the disk."""
    if ReportFile.objects.filter(pk=file.pk).delete()[0]:
        audit.record(by=by, verb="attendance.delete_file", subject=f"attendance.reportfile {file.pk}")


def put_away_files(*, now: dt.datetime | None = None) -> int:
    """Forget what was ready, or did not work out, a day ago. Returns how many."""
    return ReportFile.objects.over(now or timezone.now()).delete()[0]
