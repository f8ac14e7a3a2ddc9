"""Figures for research as files: the rows, and a dictionary that says what each column means."""

import io
import zipfile
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from attendance.exports.workbook import to_xlsx
from attendance.reports.breakdown import AGE, AREA, LANGUAGE
from attendance.reports.research import DEEDS, TRAITS, Research
from clubhouse import spreadsheet

FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)  # of zip files


def export_research(research: Research, format: str) -> bytes:
    """Raises KeyError for a format that is none, ValueError where there are no figures to give out."""
    if research.withheld:
        raise ValueError(research.withheld)
    return FORMATS[format](research)


def _rows(research: Research) -> Iterator[tuple]:
    yield "study_number", *TRAITS, *DEEDS
    for person in research.people:
        yield person.number, *(trait or _not_given() for trait in person.traits), *person.deeds


def dictionary(research: Research) -> Iterator[tuple]:
    """Column, meaning, values, unit and where it comes from: one row for each column of the file."""
    yield "column", "meaning", "values", "unit", "source"
    rows = list(_rows(research))
    source = _("visits of the work-ordered day on open days")
    meanings = {
        "study_number": (_("A number for this file alone. It is new in every file."), "", _("made by chance")),
        "joined": (_("How long ago the person joined, on the last day"), _("years"), _("enrolled on")),
        AGE: (_("Age on the last day"), _("years"), _("born on")),
        LANGUAGE: (_("Language"), "", _("language, as the house knows it now")),
        AREA: (_("Part of town"), "", _("part of town, as the house knows it now")),
        "months": (_("Months with a visit"), _("months"), source),
        "days": (_("Days with a visit"), _("days"), source),
        "hours": (_("Full hours here, where a time out was written down"), _("hours"), source),
        "social_days": (_("Days of the social programme"), _("days"), _("visits of that kind")),
        "virtual_days": (_("Days with a visit from afar"), _("days"), _("visits of that kind")),
        "offsite_days": (_("Days with the house, but elsewhere"), _("days"), _("visits of that kind")),
    }
    for n, column in enumerate(rows[0]):
        meaning, unit, where = meanings[column]
        values = "" if n == 0 else "; ".join(sorted({row[n] for row in rows[1:]}, key=_in_order))
        yield column, meaning, values, unit, where
    yield "", _("Rows are in no order. Nobody in them has a name, a day or a number of the house."), "", "", ""
    yield "", _("What is not given was shared by fewer than five people."), "", "", ""
    yield "", _("Another group: one of the groups that are too small to tell."), "", "", ""
    yield "", _("Time"), f"{research.span.first} {research.span.last}", "", ""


def _in_order(value: str) -> tuple:
    first = value.split()[0]
    return (first.isdigit(), int(first) if first.isdigit() else 0, value)


def _not_given() -> str:
    return _("not given")


def _to_xlsx(research: Research) -> bytes:
    title = _("%(house)s, for research, %(time)s") % {"house": research.house, "time": research.span.words}
    sheets = [(_("Data"), _rows(research)), (_("Dictionary"), dictionary(research))]
    return to_xlsx(title, research.house, research.span.last, sheets)


def _to_zip(research: Research) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as together:
        for name, rows in (("data.csv", _rows(research)), ("dictionary.csv", dictionary(research))):
            together.writestr(zipfile.ZipInfo(name, FIRST_MOMENT), spreadsheet.to_csv(rows))
    return content.getvalue()


FORMATS: dict[str, Callable[[Research], bytes]] = {
    "xlsx": _to_xlsx,
    "zip": _to_zip,
}
