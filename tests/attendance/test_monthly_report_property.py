"""The whole report against a second, plain way of counting, on small houses that nobody thought up."""

import json

import pytest

from attendance import exports
from attendance.reports import figures, read_report, report_of
from clubhouse.spans import Span
from tests.attendance.naive_sections import naive
from tests.attendance.random_houses import RandomHouse

TOLD_APART = {"house", "definition_version", "data_as_of"}


@pytest.mark.parametrize("seed", range(32))
def test_the_report_agrees_with_a_plain_count(db, seed):
    house = RandomHouse(seed)
    house.store()
    first, last = house.span
    report = report_of(Span(first, last), today=house.today)
    told = {name: value for name, value in report.as_dict().items() if name not in TOLD_APART}
    assert told == naive(house.paper, first, last, house.today)
    kept = exports.to_json(report)
    assert exports.to_json(read_report(kept)) == kept
    assert read_report(kept) == report
    assert json.loads(kept)["until"] == report.until.isoformat()
    assert len({(figure.key, figure.filter) for figure in figures(report)}) == len(figures(report))


def test_the_houses_hold_what_may_go_wrong():
    """Otherwise the two would agree about nothing much."""
    houses = [RandomHouse(seed) for seed in range(32)]
    told = [naive(house.paper, *house.span, house.today) for house in houses]
    stays = [(house, stay) for house in houses for stay in house.paper.stays]
    over_a_change = {
        (house.zone.key, one.arrived_at.astimezone(house.zone).utcoffset())
        for house, one in stays
        if one.left_at
        and one.left_at.astimezone(house.zone).utcoffset() != one.arrived_at.astimezone(house.zone).utcoffset()
    }
    assert len(over_a_change) == 6  # both changes of the clock in all three places
    assert any(one.left_at and one.left_at.astimezone(house.zone).date() > one.day for house, one in stays)
    assert {one.ending for _, one in stays} == {"known", "assumed", "not_written", "here"}
    percents = [one["seen_31_90"] for report in told for one in report["membership"]["retention"]]
    assert len([percent for percent in percents if percent]) > 3
    for name, found in {
        "no open days": [
            report["attendance"]["ada_wod"] is None and report["until"] >= report["first"] for report in told
        ],
        "no month": [report["month"] is None for report in told],
        "running": [report["running"] and report["until"] >= report["first"] for report in told],
        "came back": [report["membership"]["returned"] > 0 for report in told],
        "holidays": [report["programme"]["holidays"] > 0 for report in told],
        "nobody counted": [report["membership"]["enquiries"] is None for report in told],
        "before the book": [report["comparisons"]["last_month"] is None for report in told],
        "beside": [(report["comparisons"]["last_month"] or {}).get("distinct_members", 0) > 0 for report in told],
    }.items():
        assert any(found), name
