"""Small workbooks: text stays text, numbers are numbers, and the same rows give the same bytes."""

import datetime as dt
import io
from collections.abc import Iterable, Sequence

import xlsxwriter

SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDEST = 60


def to_xlsx(
    title: str, house: str, made_on: dt.date, sheets: Sequence[tuple[str, Iterable[Sequence[object]]]]
) -> bytes:
    """Each sheet: its name, and rows, the first one its header. `made_on` stands in the file's properties."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, SAFE) as book:
        book.set_properties({"title": title, "author": house, "created": dt.datetime.combine(made_on, dt.time())})
        head, body = (book.add_format({"bold": bold, "text_wrap": True, "valign": "top"}) for bold in (True, False))
        for name, rows in sheets:
            sheet, widths = book.add_worksheet(name), list[int]()
            sheet.freeze_panes(1, 0)
            for n, row in enumerate(rows):
                for column, cell in enumerate(row):
                    _write(sheet, n, column, cell, body if n else head)
                widths += [0] * (len(row) - len(widths))
                widths = [max(width, len(str(cell))) for width, cell in zip(widths, row, strict=False)]
            for column, width in enumerate(widths):
                sheet.set_column(column, column, min(width, WIDEST) + 2)
    return content.getvalue()


def _write(sheet, row: int, column: int, cell: object, look) -> None:
    if isinstance(cell, int):
        sheet.write_number(row, column, cell, look)
    elif cell is None:
        sheet.write_blank(row, column, None, look)
    else:
        sheet.write_string(row, column, str(cell), look)
