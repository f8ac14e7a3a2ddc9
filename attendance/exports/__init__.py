"""Figures and names as files: each a dress for what `reports` counts, so that every one says the same."""

from attendance.exports.report_plain import FORMATS, export_monthly_report, to_csv, to_json

__all__ = ["FORMATS", "export_monthly_report", "to_csv", "to_json"]
