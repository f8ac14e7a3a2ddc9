"""Who was here, and what the house did, added up. `month.py` puts it together, `definitions.py` says what it means."""

from attendance.reports.definitions import DEFINITION_VERSION, DEFINITIONS, definition, label
from attendance.reports.figures import Figure, figures, guests_by_kind, parts
from attendance.reports.headlines import first_month, headlines
from attendance.reports.minutes import ElapsedMinutes, half_up, units
from attendance.reports.month import monthly_report, report_of
from attendance.reports.reading import read_report
from attendance.reports.revisions import MonthState, closed_months, month_state, same_words
from attendance.reports.shapes import (
    Cohort,
    Comparisons,
    Headline,
    Meetings,
    Programme,
    Report,
    Staffing,
    Stretch,
    Tasks,
    TrendMonth,
)

__all__ = [
    "DEFINITIONS",
    "DEFINITION_VERSION",
    "Cohort",
    "Comparisons",
    "ElapsedMinutes",
    "Figure",
    "Headline",
    "Meetings",
    "MonthState",
    "Programme",
    "Report",
    "Staffing",
    "Stretch",
    "Tasks",
    "TrendMonth",
    "closed_months",
    "definition",
    "figures",
    "first_month",
    "guests_by_kind",
    "half_up",
    "headlines",
    "label",
    "month_state",
    "monthly_report",
    "parts",
    "read_report",
    "report_of",
    "same_words",
    "units",
]
