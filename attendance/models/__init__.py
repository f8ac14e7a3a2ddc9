"""Who was here, and whom we were in touch with."""

from attendance.models.corrections import CorrectionRequest, HeldTopic
from attendance.models.counts import DayCount, GuestCount
from attendance.models.imports import ImportDraft, ImportedRow
from attendance.models.months import HouseDecision, MonthClosing, ReportFile
from attendance.models.reach_outs import ReachOut, ReachOutClaim, TimeAway
from attendance.models.visits import FORGOTTEN_AFTER, Kind, Mark, RemovedVisit, Visit, VisitDetails, VisitQuerySet

__all__ = [
    "CorrectionRequest",
    "DayCount",
    "FORGOTTEN_AFTER",
    "GuestCount",
    "HeldTopic",
    "HouseDecision",
    "ImportDraft",
    "ImportedRow",
    "Kind",
    "Mark",
    "MonthClosing",
    "ReachOut",
    "ReachOutClaim",
    "RemovedVisit",
    "ReportFile",
    "TimeAway",
    "Visit",
    "VisitDetails",
    "VisitQuerySet",
]
