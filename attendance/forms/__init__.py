"""What the arrivals pages may send, and what we say when it is not right."""

from attendance.forms.closing import CloseDayForm, LeavingForm
from attendance.forms.corrections import (
    AnswerCorrectionForm,
    CorrectVisitForm,
    ReasonForm,
    RemoveVisitForm,
    RequestCorrectionForm,
)
from attendance.forms.months import ReopenMonthForm
from attendance.forms.paper import PaperRowForm, paper_rows
from attendance.forms.taps import ChangeVisitForm, LogArrivalForm, MarkMyselfForm, NotUnderstood

__all__ = [
    "AnswerCorrectionForm",
    "ChangeVisitForm",
    "CloseDayForm",
    "CorrectVisitForm",
    "LeavingForm",
    "LogArrivalForm",
    "MarkMyselfForm",
    "NotUnderstood",
    "PaperRowForm",
    "ReasonForm",
    "RemoveVisitForm",
    "ReopenMonthForm",
    "RequestCorrectionForm",
    "paper_rows",
]
