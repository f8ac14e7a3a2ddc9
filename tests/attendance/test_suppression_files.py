"""All files of a house together: months, quarters, and years however they begin. What do they tell of a small group?

Two proofs. Who is in which hidden group changes no file, so no file tells. And with every number in every file as an
equation, each hidden number of 1 to 4 can still be anything from nought to all that stands together (five at least).
"""

import random
from collections import defaultdict

import pytest
from django.db import transaction

from activities import workdays
from activities.models import Unit
from attendance.exports.breakdown import to_csv
from attendance.models import Kind, Visit
from attendance.reports import suppression
from attendance.reports.breakdown import AREA, BY, FEW, LANGUAGE, UNIT, Breakdown, breakdown
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.models import Member
from tests import make
from tests.attendance.crowd import TODAY, YEARS, crowd, times
from tests.attendance.solver import Attacker, File

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def files() -> dict[Span, Breakdown]:
    found = {span: breakdown(span, today=TODAY) for span in times()}
    return {span: one for span, one in found.items() if not one.withheld}


def shown(found: dict[Span, Breakdown], by: str) -> set[str]:
    parts = [part for one in found.values() for part in one.parts if part.by == by]
    return {group.key for part in parts for group in part.groups if group.members is not None and group.key is not None}


def content(found: dict[Span, Breakdown]) -> dict[Span, bytes]:
    return {span: to_csv(one) for span, one in found.items()}


@pytest.fixture(scope="module", params=[(1, 1), (2, 4)], ids=["years from January", "years from April"])
def house(request, django_db_setup, django_db_blocker):
    """Built once: whatever a test changes is rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed, starts_in = request.param
        make.house(fiscal_year_starts_in=starts_in)
        crowd(seed)
        yield files()
        transaction.set_rollback(True)


@pytest.fixture
def told(house, db):
    return house


def swap(model, column: str, one: object, other: object) -> int:
    """Whoever has one has the other now."""
    these, those = (list(model.objects.filter(**{column: it}).values_list("pk", flat=True)) for it in (one, other))
    model.objects.filter(pk__in=these).update(**{column: other})
    model.objects.filter(pk__in=those).update(**{column: one})
    return len(these) + len(those)


def test_who_is_in_which_hidden_group_changes_no_file(told):
    """Two groups change places, and then all who speak a rare language are dealt out among those anew.

    Each time another house, with other small numbers, and the rule that made the files makes the same ones of it.
    """
    before, numbers = content(told), truth(LANGUAGE)
    assert {len(span.months) for span in told} >= {1, 3, 12}
    languages = sorted({"en", "es", "fi", "so", "ar", "sv"} - shown(told, LANGUAGE))
    assert swap(Member, "language", languages[0], languages[-1])
    assert swap(Member, "area", "Mill Hill", "Valley")
    units = list(Unit.objects.exclude(name__in=shown(told, UNIT)))
    assert swap(Visit, "unit", units[0], units[-1])
    assert content(files()) == before

    chance = random.Random(7)
    for member in Member.objects.filter(language__in=["ar", "so", "sv"]):
        Member.objects.filter(pk=member.pk).update(language=chance.choice(["ar", "so", "sv"]))
    assert content(files()) == before
    after = truth(LANGUAGE)
    small = [cell for cell, (people, _days) in numbers.items() if people < suppression.LEAST]
    assert sum(after.get(cell, (0, 0)) != numbers[cell] for cell in small) > len(small) * 0.8 > 10


def test_without_hiding_it_would_change_files(told, monkeypatch):
    monkeypatch.setattr(suppression, "told", lambda groups: frozenset(key for month in groups for key in month))
    monkeypatch.setattr(suppression, "fit", lambda numbers: True)
    year = Span.of(Month(2025, 1), Month(2025, 12))
    before = to_csv(breakdown(year, today=TODAY))
    assert swap(Member, "language", "so", "sv")
    assert to_csv(breakdown(year, today=TODAY)) != before


def truth(by: str) -> dict[tuple[Span, str], tuple[int, int]]:
    """(time, group) -> members and member-days, counted plainly."""
    of = dict(Member.objects.values_list("pk", by))
    is_open = set(workdays.open_wod_days(YEARS.first, YEARS.last))
    rows = {
        (member, day)
        for member, day in Visit.objects.filter(kind=Kind.WOD).values_list("member_id", "day")
        if day in is_open
    }
    found: dict[tuple[Span, str], set] = defaultdict(set)
    for span in times():
        for member, day in rows:
            if span.first <= day <= span.last:
                found[span, of[member].casefold()].add((member, day))
    return {cell: (len({member for member, _day in pairs}), len(pairs)) for cell, pairs in found.items()}


@pytest.mark.parametrize("by", [LANGUAGE, AREA])
def test_nobody_who_has_every_file_can_work_out_a_small_number(told, by):
    numbers = truth(by)
    groups = sorted({group for _span, group in numbers})
    at = {frozenset(YEARS.months.index(month) for month in span.months): span for span in told}
    small = [
        (months, group)
        for months, span in sorted(at.items(), key=lambda item: sorted(item[0]))
        for group in groups
        if 1 <= numbers.get((span, group), (0, 0))[0] < suppression.LEAST
    ]
    assert len(small) > 10
    for measure in (0, 1):
        published = [published_in(told[span], by, measure, months) for months, span in at.items()]
        for file in published:  # what is told is right
            span = at[file.months]
            assert file.told == {group: numbers.get((span, group), (0, 0))[measure] for group in file.told}
        attacker = Attacker(published, groups, adds_up=measure == 1)
        for months, group in random.Random(by).sample(small, 6):
            least, most = attacker.range_of(months, group)
            assert (least, most >= suppression.LEAST) == (0, True), (at[months], group, least, most)


def published_in(one: Breakdown, by: str, measure: int, months: frozenset[int]) -> File:
    part = next(part for part in one.parts if part.by == by)
    of = {group.key: (group.members, group.member_days)[measure] for group in part.groups}
    return File(months, {key: n for key, n in of.items() if n is not None and key is not None}, of[None])


def test_a_month_with_too_few_and_whatever_holds_it_are_not_given(told):
    """Told: nobody or five people, in every part of every file. And a month that cannot do that spoils longer times."""
    for one in told.values():
        for part in one.parts:
            assert suppression.fit(group.members for group in part.groups if group.members is not None)
            assert [part.by for part in one.parts] == list(BY)
            for measure in ("members", "member_days"):  # nobody is in two groups, so no sum tells of an overlap
                told_of = [getattr(group, measure) for group in part.groups]
                assert sum(filter(None, told_of)) == getattr(one, measure)
    month = next(span for span in told if span.month == Month(2026, 5))
    english = Member.objects.filter(language="en").values("pk")
    came = Visit.objects.filter(day__range=(month.first, month.last), member__in=english)
    came.exclude(member__in=list(came.order_by("member").values_list("member", flat=True).distinct()[:3])).delete()
    after = {span: breakdown(span, today=TODAY) for span in times() if month.month in span.months}
    assert {len(span.months) for span in after} == {1, 3, 12}
    assert {(one.withheld, one.months) for one in after.values()} == {(FEW, (month.month,))}
