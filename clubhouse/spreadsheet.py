"""The one way cells leave the house: text that a spreadsheet would run as a formula stays text."""

import csv
import io
from collections.abc import Iterable

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(cell: object) -> object:
    """`cell`, with an apostrophe before text that begins like a formula. Numbers stay numbers; None is empty."""
    if isinstance(cell, str) and cell.startswith(RISKY):
        return f"'{cell}"
    return cell


def safe_text(text: str) -> str:
    """`safe` for what is text: said once for a name that stands in many rows, so that `csv_piece` need not look."""
    return f"'{text}" if text.startswith(RISKY) else text


def csv_piece(rows: Iterable[Iterable[object]]) -> bytes:
    """More rows for what `to_csv` began; their text went through `safe_text` already."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def to_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """The rows as CSV that every spreadsheet program opens: UTF-8 with its mark, lines ended as RFC 4180 says."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
