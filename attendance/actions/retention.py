"""How long the house keeps what it wrote: proposed by one, confirmed by another, applied each day, ended by one."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance import retention
from members import audit
from members.last_runs import ran
from members.models import House, LastRun, RetentionRule, User
from members.refusals import Refusal

WHAT = "let go what is old enough"


class RuleStands(Refusal):
    """There is a rule for this already."""

    field = "what"


class RuleEnded(Refusal):
    """Somebody ended it meanwhile."""


class SameColleague(Refusal):
    """The second yes is somebody else's."""


@transaction.atomic
def edit_retention(*, what: str, months: int, by: User) -> RetentionRule:
    """Propose a rule. Nothing goes until a second colleague confirms it. Raises `RuleStands`."""
    House.objects.select_for_update(no_key=True).first()
    standing = RetentionRule.objects.filter(what=what, ended_at=None).first()
    if standing is not None and standing.months == months and standing.proposed_by_id == by.pk:
        return standing
    if standing is not None:
        raise RuleStands(_("There is a rule for this. End it first."))
    rule = RetentionRule.objects.create(what=what, months=months, proposed_at=timezone.now(), proposed_by=by)
    audit.record(by=by, verb="attendance.edit_retention", subject=rule, after={"what": what, "months": months})
    return rule


@transaction.atomic
def confirm_retention(*, rule: RetentionRule, by: User) -> RetentionRule:
    """From now on it is applied each day. Done twice, it is done once. Raises `RuleEnded`, `SameColleague`."""
    rule = RetentionRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    if rule.ended_at is not None:
        raise RuleEnded(_("This rule was ended. Nothing goes."))
    if rule.confirmed_at is not None:
        return rule
    if rule.proposed_by_id == by.pk:
        raise SameColleague(_("You proposed it. The second yes comes from somebody else."))
    rule.confirmed_at, rule.confirmed_by = timezone.now(), by
    rule.save(update_fields=["confirmed_at", "confirmed_by"])
    audit.record(by=by, verb="attendance.confirm_retention", subject=rule)
    return rule


@transaction.atomic
def end_retention(*, rule: RetentionRule, by: User) -> None:
    """One colleague is enough. Done twice, it is done once."""
    rule = RetentionRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    if rule.ended_at is None:
        rule.ended_at, rule.ended_by = timezone.now(), by
        rule.save(update_fields=["ended_at", "ended_by"])
        audit.record(by=by, verb="attendance.end_retention", subject=rule)


def apply_retention(*, now: dt.datetime | None = None) -> int:
    """What the worker does once a day: each rule that two confirmed. Answers how many rows went."""
    now = now or timezone.now()
    return sum(_apply(rule, now) for rule in RetentionRule.objects.standing().order_by("pk"))


def apply_retention_daily() -> int:
    """The beat asks each hour; once a day in house time it is done. Answers how many rows went."""
    now, house = timezone.now(), House.objects.current()
    last = LastRun.objects.filter(name=WHAT).first()
    if last is not None and last.ok and house.day_of(last.at) == house.day_of(now):
        return 0
    went = apply_retention(now=now)
    ran(WHAT)
    return went


def _apply(rule: RetentionRule, now: dt.datetime) -> int:
    """In batches, each of them a transaction; a rule that was ended meanwhile stops. Each writes one record."""
    went, kind = 0, retention.KINDS[rule.what]
    while True:
        with transaction.atomic():
            if not RetentionRule.objects.standing().select_for_update(no_key=True).filter(pk=rule.pk).exists():
                return went
            old = kind.rows(retention.before(rule.months, now)).order_by("pk").values_list("pk", flat=True)
            pks = list(old[: retention.BATCH])
            if not pks:
                return went
            went += _take(rule, kind, pks)


def _take(rule: RetentionRule, kind: retention.Kind, pks: list[int]) -> int:
    rows = kind.rows(timezone.now()).model._base_manager.filter(pk__in=pks)
    told = {"what": rule.what, "rows": len(pks)}
    verb = "attendance.apply_retention"
    if rule.what == retention.RECORDS:
        audit.blank(
            rows.order_by("seq"), by=None, verb=verb, subject=rule, after=told, rewrite=retention.without_device
        )
        return len(pks)
    kind.clear(rows)
    audit.blank([], by=None, verb=verb, subject=rule, after=told)
    return len(pks)
