"""What the arrivals pages may send, and what we say when it is not right."""

from attendance.forms.closing import CloseDayForm, LeavingForm
from attendance.forms.corrections import (
    AnswerCorrectionForm,
    CorrectVisitForm,
    ReasonForm,
    RemoveVisitForm,
    RequestCorrectionForm,
    RequestHeldCorrectionForm,
)
from attendance.forms.months import ReopenMonthForm
from attendance.forms.paper import PaperRowForm, paper_rows
from attendance.forms.reach_outs import LogReachOutForm
from attendance.forms.taps import ChangeVisitForm, LogArrivalForm, MarkMyselfForm, NotUnderstood

__all__ = [
    "AnswerCorrectionForm",
    "ChangeVisitForm",
    "CloseDayForm",
    "CorrectVisitForm",
    "LeavingForm",
    "LogArrivalForm",
    "LogReachOutForm",
    "MarkMyselfForm",
    "NotUnderstood",
    "PaperRowForm",
    "ReasonForm",
    "RemoveVisitForm",
    "ReopenMonthForm",
    "RequestCorrectionForm",
    "RequestHeldCorrectionForm",
    "paper_rows",
]
