"""Figures and names as files: each a dress for what `reports` counts, so that every one says the same."""

from attendance.exports.board_pack import Letterhead
from attendance.exports.report import FORMATS, MEDIA_TYPES, attachment, export_report
from attendance.exports.report_plain import to_csv, to_json
from attendance.exports.report_workbook import export_report_with_names

__all__ = [
    "FORMATS",
    "MEDIA_TYPES",
    "Letterhead",
    "attachment",
    "export_report",
    "export_report_with_names",
    "to_csv",
    "to_json",
]
