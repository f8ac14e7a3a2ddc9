"""Tablets that stand in the house: made with a code, paired by it, paused, let go on, revoked."""

import datetime as dt
import re
import secrets

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from members import audit
from members.models import Tablet, User, tablet_digest
from members.refusals import Refusal

CODE_VALID_FOR = dt.timedelta(minutes=15)
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that look alike
SEARCHES_WITHOUT_TAP = 10


class NotPaired(Refusal):
    """Used, too old, revoked, or never made: the sentence is the same."""

    field = "code"


def make_tablet(*, name: str, place: str, by: User | None) -> tuple[Tablet, str]:
    """A tablet that waits to be paired, and the code that pairs it: shown once, good for 15 minutes and one tablet."""
    now = timezone.now()
    letters = "".join(secrets.choice(LETTERS) for _ in range(8))
    with transaction.atomic():
        tablet = Tablet.objects.create(
            name=name,
            place=place,
            made_at=now,
            made_by=by,
            code_digest=tablet_digest(letters),
            code_expires_at=now + CODE_VALID_FOR,
        )
        audit.record(by=by, verb="make_tablet", subject=tablet, after={"name": name, "place": str(place)})
    return tablet, f"{letters[:4]}-{letters[4:]}"


def pair_tablet(*, code: str, instead_of: Tablet | None = None) -> tuple[Tablet, str]:
    """The device on which `code` was typed is the house's from now on. Returns its token, which only it keeps.

    `instead_of`: what this same device was until now. Raises `NotPaired`, also for the second device.
    """
    token, now = secrets.token_hex(32), timezone.now()
    with transaction.atomic():
        waiting = Tablet.objects.waiting(now).filter(code_digest=tablet_digest(re.sub(r"[\W_]", "", code)))
        tablet = waiting.select_for_update(no_key=True).first()
        if tablet is None:
            raise NotPaired(_("This code pairs no tablet. Perhaps it was used, or it is older than 15 minutes."))
        tablet.code_digest, tablet.token_digest = "", tablet_digest(token)
        tablet.paired_at = tablet.seen_at = now
        tablet.save(update_fields=["code_digest", "token_digest", "paired_at", "seen_at"])
        if instead_of is not None:
            revoke_tablet(tablet=instead_of, by=None)
        audit.record(by=None, verb="pair_tablet", subject=tablet, after={"paired_at": now})
    return tablet, token


def revoke_tablet(*, tablet: Tablet, by: User | None) -> Tablet:
    """Its token and its code open nothing any more. Safe to call twice."""
    with transaction.atomic():
        tablet = Tablet.objects.select_for_update(no_key=True).get(pk=tablet.pk)
        if tablet.revoked_at is None:
            tablet.revoked_at, tablet.code_digest = timezone.now(), ""
            tablet.save(update_fields=["revoked_at", "code_digest"])
            audit.record(by=by, verb="revoke_tablet", subject=tablet, after={"revoked_at": tablet.revoked_at})
    return tablet


def count_search(*, tablet: Tablet) -> bool:
    """A name is looked for at the door; the tenth search without a tap pauses the tablet. False while it pauses."""
    with transaction.atomic():
        going_on = Tablet.objects.filter(pk=tablet.pk, paused_at=None)
        if not going_on.update(searches_without_tap=F("searches_without_tap") + 1):
            return False
        if going_on.filter(searches_without_tap__gte=SEARCHES_WITHOUT_TAP).update(paused_at=timezone.now()):
            after = {"searches_without_tap": SEARCHES_WITHOUT_TAP}
            audit.record(by=None, verb="pause_tablet", subject=tablet, after=after)
    return True


def count_tap(*, tablet: Tablet) -> None:
    """Whoever was looked for said that they are here, or leaving: the searches before count no more."""
    Tablet.objects.filter(pk=tablet.pk, paused_at=None).exclude(searches_without_tap=0).update(searches_without_tap=0)


def resume_tablet(*, tablet: Tablet, by: User | None) -> Tablet:
    """A colleague had a look: the tablet at the door goes on. Safe to call twice."""
    with transaction.atomic():
        tablet = Tablet.objects.select_for_update(no_key=True).get(pk=tablet.pk)
        if tablet.paused_at is not None:
            before = {"paused_at": tablet.paused_at}
            tablet.paused_at, tablet.searches_without_tap = None, 0
            tablet.save(update_fields=["paused_at", "searches_without_tap"])
            audit.record(by=by, verb="resume_tablet", subject=tablet, before=before, after={"paused_at": None})
    return tablet
