"""The pieces that the pages of the board pack are made of, as plain data, and numbers as people read them."""

from decimal import Decimal

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

NONE = "–"
Value = int | Decimal | None


def shown(value: Value, *, signed: bool = False) -> str:
    """A number as the house's language writes it: "1,161", "50.48", "–" for none."""
    if value is None:
        return NONE
    words = floatformat(abs(value) if signed else value, "-2g")
    return words if not signed else (f"+{words}" if value > 0 else f"−{words}" if value < 0 else f"±{words}")


def section(heading: str, *parts_of_it: dict, breakable: bool = False) -> dict:
    return {"heading": heading, "parts": list(parts_of_it), "breakable": breakable}


def side(left: list[dict], right: list[dict]) -> dict:
    return {"kind": "side", "parts": [left, right]}


def text(words: str) -> dict:
    return {"kind": "text", "words": words}


def chart(bars: list[dict], alt: str) -> dict:
    return {"kind": "bars", "bars": bars, "alt": alt, "average": None}


def row(cells: list, bar: float | None = None) -> dict:
    return {"cells": cells, "bar": bar}


def table(head: list[str], rows: list[dict], *, with_bars: bool = False) -> dict:
    most = max((row["bar"] or 0 for row in rows), default=0) if with_bars else None
    return {"kind": "table", "head": head, "rows": rows, "most": most or (1 if with_bars else None)}


def percent(share: Decimal | None) -> str:
    return NONE if share is None else _("%(share)s %%") % {"share": shown(share)}


def plain(value: Value) -> float | None:
    return None if value is None else float(value)
