"""What we write about the book of visits: to members their week, to all the house's; welcomes, thanks, and reports."""

from attendance.notices.anniversary import ANNIVERSARY
from attendance.notices.house_week import HOUSE_WEEK
from attendance.notices.monthly_report import MONTHLY_REPORT
from attendance.notices.reach_out_digest import REACH_OUT_DIGEST
from attendance.notices.weekly_summary import WEEKLY_SUMMARY
from attendance.notices.welcome import WELCOME

__all__ = ["ANNIVERSARY", "HOUSE_WEEK", "MONTHLY_REPORT", "REACH_OUT_DIGEST", "WEEKLY_SUMMARY", "WELCOME"]
