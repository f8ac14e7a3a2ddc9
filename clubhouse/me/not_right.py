"""Something that is held about me is not right: I say so in my own words, read the answer, and see what was changed."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from attendance import actions
from attendance.forms import RequestHeldCorrectionForm
from attendance.models import CorrectionRequest, HeldTopic
from clubhouse.held.gather import Reader
from clubhouse.me.looks import LOOKS, Line, line
from clubhouse.me.page import own_member
from members.models import AuditRecord, Member, User
from members.permissions import requires
from members.refusals import Refusal

ASKED_ON_A_PAGE = 3
MOST_CHANGES = 3


@dataclass(frozen=True)
class Asked:
    """What I said, who answered, and what they changed about me in between."""

    request: CorrectionRequest
    answered_by: str
    changed: list[Line]


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.request_correction")
def not_right(request: HttpRequest) -> HttpResponse:
    member = own_member(request)
    mine = CorrectionRequest.objects.filter(member=member).order_by("-asked_at", "-pk")
    form = RequestHeldCorrectionForm(request.POST if request.method == "POST" else None, initial=_said(request, mine))
    if form.is_valid() and _asked(request, member, form):
        return redirect("not_right")
    page = Paginator(mine.select_related("answered_by"), ASKED_ON_A_PAGE).get_page(request.GET.get("page"))
    reader = Reader(member)
    trail = [_trail(it, reader, request.user) for it in page]
    context = {"form": form, "page": page, "trail": trail}
    return render(request, "held/not_right.html", context, status=422 if form.errors else 200)


def _said(request: HttpRequest, mine) -> dict:
    """The words of what is asked again; or the topic of the page that somebody came from."""
    again = request.GET.get("again", "")
    earlier = mine.filter(pk=again).first() if again.isdecimal() and len(again) < 18 else None
    if earlier:
        return {"about": earlier.what or HeldTopic.VISITS, "words": earlier.words}
    return {"about": request.GET.get("about", "")}


def _asked(request: HttpRequest, member: Member, form: RequestHeldCorrectionForm) -> bool:
    what = HeldTopic(form.cleaned_data["about"])
    try:
        actions.request_correction_of_held(member=member, what=what, words=form.cleaned_data["words"], by=request.user)
    except Refusal as refusal:
        form.add_error("words", str(refusal))
        return False
    messages.success(request, _("Thank you. A colleague reads it and answers here."))
    return True


def _trail(asked: CorrectionRequest, reader: Reader, user: User) -> Asked:
    if asked.answered_at is None:
        return Asked(asked, "", [])
    changed = AuditRecord.objects.filter(
        about=asked.member_id, by=asked.answered_by, at__range=(asked.asked_at, asked.answered_at)
    ).exclude(verb__in=[*LOOKS, "attendance.answer_correction"])
    lines = [line(it, user) for it in changed.select_related("by__member", "by__staff").order_by("-seq")[:MOST_CHANGES]]
    return Asked(asked, reader.who(asked.answered_by_id), lines)
