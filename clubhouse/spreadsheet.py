"""The one way cells leave the house: text that a spreadsheet would run as a formula stays text."""

import csv
import io
from collections.abc import Iterable

RISKY = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: object) -> object:
    """`cell`, with an apostrophe before text that begins like a formula. Numbers stay numbers; None is empty."""
    if isinstance(cell, str) and cell.startswith(RISKY):
        return f"'{cell}"
    return cell


def to_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """The rows as CSV that every spreadsheet program opens: UTF-8 with its mark, lines ended as RFC 4180 says."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
