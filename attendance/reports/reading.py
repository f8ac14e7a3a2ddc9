"""A report that was kept as JSON, read back."""

import datetime as dt
import json
from decimal import Decimal

import cattrs

from attendance.reports.minutes import half_up
from attendance.reports.shapes import Report

_converter = cattrs.Converter()
_converter.register_structure_hook(Decimal, lambda value, _: half_up(Decimal(str(value))))
_converter.register_structure_hook(dt.datetime, lambda value, _: dt.datetime.fromisoformat(value))
_converter.register_structure_hook(dt.date, lambda value, _: dt.date.fromisoformat(value))


def read_report(content: str | bytes) -> Report:
    """What `exports.to_json` wrote, as the same report."""
    return _converter.structure(json.loads(content), Report)
