"""The report as a file: four dresses for one frozen report, so that every one says the same. No query in here."""

from collections.abc import Callable

from django.http import HttpResponse

from attendance.exports.board_pack import Letterhead, to_pdf
from attendance.exports.report_plain import to_csv, to_json
from attendance.exports.report_workbook import to_xlsx
from attendance.reports import Report

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
FORMATS: dict[str, Callable[[Report, Letterhead], bytes]] = {
    "json": lambda report, letterhead: to_json(report),
    "csv": lambda report, letterhead: to_csv(report),
    "xlsx": lambda report, letterhead: to_xlsx(report, paper=letterhead.paper),
    "pdf": to_pdf,
}


def attachment(content: bytes, name: str, format: str) -> HttpResponse:
    """The file as a browser takes it. No name of anybody in `name`."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=MEDIA_TYPES[format], headers=headers)


def export_report(report: Report, format: str, letterhead: Letterhead | None = None) -> bytes:
    """Raises KeyError for a format that is none. The letterhead is what stands around the figures on paper."""
    return FORMATS[format](report, letterhead or Letterhead())
