"""What we write about the book of visits: to each member their week, and to who asked that the month is ready."""

from attendance.notices.monthly_report import MONTHLY_REPORT
from attendance.notices.weekly_summary import WEEKLY_SUMMARY

__all__ = ["MONTHLY_REPORT", "WEEKLY_SUMMARY"]
