"""The month's report as JSON and CSV: skins over the same frozen report, so that every one says the same."""

import datetime as dt
import json
from decimal import Decimal

from django.utils.translation import gettext as _

from attendance.reports import Report, figures
from clubhouse import spreadsheet


def to_json(report: Report) -> bytes:
    return (json.dumps(report.as_dict(), default=_plain, ensure_ascii=False, indent=1) + "\n").encode()


def to_csv(report: Report) -> bytes:
    """One figure a row, each with its definition; what the file is about comes first."""
    about = [
        ("house", report.house, _("Whose report this is")),
        ("month", report.month, ""),
        ("first", report.first.isoformat(), _("The first day of the report")),
        ("last", report.last.isoformat(), _("The last day of the report")),
        ("until", report.until.isoformat(), _("The last day that is counted; a running month stops at yesterday")),
        ("running", int(report.running), _("1 while the month is not over")),
        ("definition_version", report.definition_version, _("Which wording of the definitions this file uses")),
        ("data_as_of", _plain(report.data_as_of), _("The latest change behind the figures")),
    ]
    rows = [(name, value, words, "") for name, value, words in about]
    rows += [(figure.key, figure.value, figure.definition, figure.filter) for figure in figures(report)]
    return spreadsheet.to_csv([("figure", "value", "definition", "filter"), *rows])


def _plain(value):
    """What JSON does not know: decimals by value, days and moments (UTC) in ISO form."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value.isoformat() if value else ""
