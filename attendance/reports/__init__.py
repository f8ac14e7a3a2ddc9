"""Who was here, added up. How each figure is counted stands in `month.py`, what it means in `definitions.py`."""

from attendance.reports.definitions import DEFINITIONS, Figure, definition, figures, guests_by_kind, label, parts
from attendance.reports.headlines import first_month, headlines
from attendance.reports.minutes import ElapsedMinutes, units
from attendance.reports.month import half_up, monthly_report
from attendance.reports.shapes import Headline, MonthlyReport

__all__ = [
    "DEFINITIONS",
    "ElapsedMinutes",
    "Figure",
    "Headline",
    "MonthlyReport",
    "definition",
    "figures",
    "first_month",
    "guests_by_kind",
    "half_up",
    "headlines",
    "label",
    "monthly_report",
    "parts",
    "units",
]
