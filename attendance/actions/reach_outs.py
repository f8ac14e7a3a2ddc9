"""A friendly contact: I call today, how it went, and for a while: undo."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.actions.marks import KeyAlreadyUsed
from attendance.actions.times_away import LONGEST_AHEAD
from attendance.models import ReachOut, ReachOutClaim, TimeAway
from members import audit
from members.actions import edit_member
from members.models import AuditRecord, Member, User
from members.refusals import Refusal

UNDO_FOR = dt.timedelta(minutes=15)
LONGEST_QUIET = dt.timedelta(days=365)
LOGGED = "attendance.log_reach_out"


class ClaimedAlready(Refusal):
    """Another colleague calls today, or did."""


class QuietEndsTooSoon(Refusal):
    """Peace lasts until tomorrow at least, and has an end within a year."""

    field = "quiet_until_on"


class AwayOutOfReach(Refusal):
    """The end is a day on which the house looks again, so it is never far."""

    field = "away_until_on"


class UndoTooLate(Refusal):
    """Somebody else wrote it, or it was a while ago."""


@transaction.atomic
def claim_reach_out(*, member: Member, by: User) -> ReachOutClaim:
    """`by` calls `member` today. Raises `ClaimedAlready` with the name of the colleague who said so first, or did."""
    now = timezone.now()
    today = timezone.localdate(now)
    claim, is_new = ReachOutClaim.objects.select_related("by__member", "by__staff").get_or_create(
        member=member, day=today, defaults={"by": by, "at": now}
    )
    heard = ReachOut.objects.filter(ReachOut.HEARD, member=member, at__date=today).exclude(by=by)
    first = heard.select_related("by__member", "by__staff").first() if is_new else None
    if first and first.by:
        raise ClaimedAlready(_("%(name)s was in touch today.") % {"name": first.by.get_short_name()})
    if claim.by_id != by.pk:
        raise ClaimedAlready(_("%(name)s calls today.") % {"name": claim.by.get_short_name()})
    if is_new:
        audit.record(by=by, verb="attendance.claim_reach_out", about=member, subject=claim)
    return claim


@transaction.atomic
def release_reach_out(*, member: Member, by: User) -> None:
    """`by` does not call after all. Nothing happens where they had not said so."""
    claim = ReachOutClaim.objects.filter(member=member, day=timezone.localdate(), by=by).first()
    subject = f"{ReachOutClaim._meta.label_lower} {claim.pk}" if claim else ""
    if claim and claim.delete()[0]:
        audit.record(by=by, verb="attendance.release_reach_out", about=member, subject=subject)


def log_reach_out(
    *,
    member: Member,
    channel: str,
    outcome: str,
    key: uuid.UUID,
    by: User,
    at: dt.datetime | None = None,
    topic: str = "",
    note: str = "",
    quiet_until_on: dt.date | None = None,
    away_until_on: dt.date | None = None,
) -> ReachOut:
    """How it went, now or `at` that moment. The same key again answers what was stored.

    Who would like quiet is in peace through `quiet_until_on`; who is in hospital is thought of through
    `away_until_on`. Raises `KeyAlreadyUsed`, `QuietEndsTooSoon`, `AwayOutOfReach`.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    said = {"channel": str(channel), "outcome": str(outcome), "topic": topic, "note": note}
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
        earlier = ReachOut.objects.filter(key=key).first()
        if earlier:
            if (earlier.member_id, earlier.by_id, _said(earlier)) != (member.pk, by.pk, said):
                raise KeyAlreadyUsed(_("This page has sent something else before. Load it again, then tap once more."))
            return earlier
        before: dict = {}
        after: dict = dict(said)
        if outcome == ReachOut.Outcome.QUIET:
            before["quiet_until_on"], after["quiet_until_on"] = _give_quiet(member, quiet_until_on, today, by)
        if outcome == ReachOut.Outcome.HOSPITAL:
            before["away"], after["away"] = _in_hospital(member, away_until_on, today, by)
        replied = outcome in ReachOut.ANSWERED
        reach_out = ReachOut.objects.create(member=member, at=at or now, by=by, replied=replied, key=key, **said)
        audit.record(by=by, verb=LOGGED, about=member, subject=reach_out, before=before, after=after)
    return reach_out


def undo_reach_out(*, reach_out: ReachOut, by: User) -> None:
    """As if nobody had been in touch; what was set with it is as it was, unless somebody set it anew since.

    Raises `UndoTooLate`.
    """
    if reach_out.by_id != by.pk or timezone.now() - reach_out.at > UNDO_FOR:
        raise UndoTooLate(_("That was a while ago, or somebody else wrote it. It stays as it is."))
    undone(reach_out, verb="attendance.undo_reach_out", by=by)


@transaction.atomic
def undone(reach_out: ReachOut, *, verb: str, by: User) -> None:
    """Takes it out of the book. Twice is once."""
    member = Member.objects.select_for_update(no_key=True).get(pk=reach_out.member_id)
    subject = f"{ReachOut._meta.label_lower} {reach_out.pk}"
    logged = AuditRecord.objects.filter(verb=LOGGED, subject=subject).order_by("seq").last()
    if not ReachOut.objects.filter(pk=reach_out.pk).delete()[0]:
        return
    if logged and "quiet_until_on" in logged.after and _day(logged.after["quiet_until_on"]) == member.quiet_until_on:
        edit_member(member=member, by=by, quiet_until_on=_day(logged.before["quiet_until_on"]))
    if logged and "away" in logged.after:
        _as_before(logged.before["away"], logged.after["away"])
    audit.record(by=by, verb=verb, about=member, subject=subject, before=_said(reach_out))


def _said(reach_out: ReachOut) -> dict[str, str]:
    return {name: getattr(reach_out, name) for name in ("channel", "outcome", "topic", "note")}


def _give_quiet(member: Member, until_on: dt.date | None, today: dt.date, by: User) -> tuple[dt.date | None, dt.date]:
    """The day through which `member` was in peace, and now is."""
    if until_on is None or not today < until_on <= today + LONGEST_QUIET:
        raise QuietEndsTooSoon(_("Choose a day after today, at most a year ahead."))
    if member.quiet_until_on:  # they may have asked for more of it meanwhile
        until_on = max(until_on, member.quiet_until_on)
    edit_member(member=member, by=by, quiet_until_on=until_on)
    return member.quiet_until_on, until_on


def _in_hospital(member: Member, until_on: dt.date | None, today: dt.date, by: User) -> tuple[dict | None, dict]:
    """The time away that runs as it was (None: none did), and as it is."""
    if until_on is None or not today <= until_on <= today + LONGEST_AHEAD:
        raise AwayOutOfReach(_("Choose a day in the next 90 days. You can always make it longer."))
    away = TimeAway.objects.on(today).filter(member=member).order_by("-place", "pk").first()
    before = _facts(away) if away else None
    away = away or TimeAway(member=member, from_on=today)
    away.place, away.until_on, away.at, away.by = TimeAway.Place.HOSPITAL, until_on, timezone.now(), by
    away.save()
    return before, _facts(away)


def _as_before(before: dict | None, after: dict) -> None:
    away = TimeAway.objects.filter(pk=after["pk"]).first()
    if away is None or _facts(away) != after:
        return
    if before is None:
        away.delete()
    else:
        away.place, away.until_on = before["place"], dt.date.fromisoformat(before["until_on"])
        away.save(update_fields=["place", "until_on"])


def _facts(away: TimeAway) -> dict:
    return {"pk": away.pk, "place": str(away.place), "until_on": str(away.until_on)}


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
