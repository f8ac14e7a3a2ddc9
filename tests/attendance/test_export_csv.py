"""The report as CSV: tidy, one figure a row, right in every spreadsheet program, and nothing in it runs."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from attendance import exports
from attendance.reports import Report, figures, report_of
from attendance.reports.shapes import UnitDays
from clubhouse.converters import Month
from clubhouse.spans import Span
from tests import make
from tests.attendance import opened

pytestmark = pytest.mark.once
RISKY = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture
def report(amara) -> Report:
    make.visit(amara, dt.date(2026, 6, 1), unit=make.unit("Küche"))
    return report_of(Span.of(Month(2026, 6)), today=dt.date(2026, 7, 5))


def test_every_figure_has_a_row_with_its_definition(report):
    lines = opened.lines_of_csv(exports.export_report(report, "csv"))
    told = [line for line in lines if "." in line["figure"]]
    assert [(line["figure"], line["filter"]) for line in told] == [(one.key, one.filter) for one in figures(report)]
    assert [line["figure"] for line in told if not line["definition"]] == []
    about = {line["figure"]: line["value"] for line in lines if "." not in line["figure"]}
    assert about == {
        "house": "Our Clubhouse", "month": "2026-06", "first": "2026-06-01", "last": "2026-06-30",
        "until": "2026-06-30", "running": "0", "definition_version": "3",
        "data_as_of": report.data_as_of.astimezone(dt.UTC).isoformat(),
    }  # fmt: skip


def test_accents_are_right_in_spreadsheet_programs(report):
    content = exports.export_report(dataclasses.replace(report, house="Zoë’s Haus, “Łódź”"), "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n")
    told = opened.figures_of_csv(content)
    assert told["house", ""] == "Zoë’s Haus, “Łódź”"
    assert told["attendance.by_unit", "unit=Küche; count=member_days"] == "1"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", '"=1+1', "a\n=1+1"])
def test_no_cell_runs_as_a_formula(report, name):
    attendance = dataclasses.replace(report.attendance, by_unit={name: UnitDays(1, Decimal("0.05"))})
    content = exports.export_report(dataclasses.replace(report, house=name, attendance=attendance), "csv")
    cells = [cell for line in opened.lines_of_csv(content) for cell in line.values()]
    assert [cell for cell in cells if cell.startswith(RISKY)] == []
    assert any(name in cell for cell in cells)
