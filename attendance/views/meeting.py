"""The unit meeting on the wall: the work is named, and people take it as fast as they speak."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import actions as work
from activities import workdays
from activities.board import meanwhile
from activities.models import Part, PlaceRole, SignUp, UnitTask, Waiting
from attendance.forms.sentences import RELOAD
from attendance.meeting import Meant, part_now, whom
from attendance.meeting import meeting as meeting_of
from clubhouse.htmx import piece_or_page
from members.models import AuditHead, Member
from members.permissions import requires
from members.refusals import Refusal

CANNOT_SAY = Meant([])


@require_safe
@requires("attendance.run_meeting")
def meeting(request: HttpRequest, day: dt.date | None = None) -> HttpResponse:
    """One part of a day's work, large, by unit."""
    return render(request, "attendance/meeting.html", _page(request, day or _today(request), _part(request)))


@require_safe
@requires("attendance.run_meeting")
def meeting_now(request: HttpRequest, day: dt.date) -> HttpResponse:
    """What the wall asks every few seconds: the board when anything changed since `v`, else 204."""
    version = _version()
    if request.GET.get("v") == version:
        return HttpResponse(status=204)
    context = _page(request, day, _part(request)) | {"is_piece": True}
    response = render(request, "attendance/_meeting_board.html", context)
    response["X-Version"] = version
    return response


@require_POST
@requires("attendance.run_meeting")
def meeting_names(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom the letters typed so far may mean; without letters, who is here now. Posted: names are in no address."""
    task = _task(request, pk)
    return render(request, "attendance/_meeting_choices.html", _asked(request, task, _meant(request, task)))


@require_POST
@requires("attendance.run_meeting")
def put_up(request: HttpRequest, pk: int, member: int | None = None) -> HttpResponse:
    """A name goes up at that person's word; when several may be meant, the answer is a question."""
    task = _task(request, pk)
    meant = _chosen(request, member) or _meant(request, task)
    if meant.one is None:
        messages.warning(request, _not_sure(request, meant))
        return _answer(request, task, _asked(request, task, meant))
    try:
        _put_up(request, task, meant.one)
    except work.TaskFull:
        messages.error(request, _("Every place on “%(task)s” is taken.") % {"task": task.title})
        return _answer(request, task, _asked(request, task, meant, to_wait=True))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _answer(request, task, {"answer": "refused"})
    return _answer(request, task, {"answer": "done"})


@require_POST
@requires("attendance.run_meeting")
def take_off(request: HttpRequest, pk: int, of: type[SignUp] | type[Waiting] = SignUp) -> HttpResponse:
    """A name comes off again at that person's word; also the undo of a slip."""
    row = of.objects.select_related("task", "member").filter(pk=pk).first()
    if row is None:
        messages.info(request, _("That name is off already."))
    elif row.task.day < _today(request) or row.task.is_done:
        messages.error(request, _("That work is over. It stays as it was."))
    else:
        _take_off(request, row)
    return _answer(request, row and row.task, {"answer": "off"})


def _put_up(request: HttpRequest, task: UnitTask, member: Member) -> None:
    """Raises what `work.sign_up` and `work.wait` raise."""
    act = work.wait if request.POST.get("wait") else work.sign_up
    role = request.GET.get("role", "")  # of a name that goes up again
    made = act(task=task, member=member, by=request.user, role=role if role in PlaceRole.values else PlaceRole.DOING)
    others = get_text_list([f"“{title}”" for title in meanwhile(made)], _("and"))
    of = "attendance:take_off" if isinstance(made, SignUp) else "attendance:take_off_waiting"
    undo = reverse(of, args=[made.pk]) if made.is_new else ""
    messages.success(request, _said(made, task, member.name_for_board, others), extra_tags=undo)


def _take_off(request: HttpRequest, row: SignUp | Waiting) -> None:
    give_back = work.withdraw if isinstance(row, SignUp) else work.stop_waiting
    give_back(task=row.task, member=row.member, by=request.user)
    words = {"name": row.member.name_for_board, "task": row.task.title}
    said = _("%(name)s is off “%(task)s”.") if words["name"] else _("One name is off “%(task)s”.")
    undo = ""
    if isinstance(row, SignUp):
        undo = f"{reverse('attendance:put_up_again', args=[row.task.pk, row.member.pk])}?role={row.role}"
    messages.success(request, said % words, extra_tags=undo)


def _said(made: SignUp | Waiting, task: UnitTask, name: str, others: str) -> str:
    words = {"name": name, "task": task.title, "others": others}
    if isinstance(made, Waiting):
        said = _("%(name)s waits for “%(task)s”.") if name else _("One more waits for “%(task)s”.")
    elif not made.is_new:
        said = _("%(name)s has a place on “%(task)s”.") if name else _("They have a place on “%(task)s”.")
    else:
        said = _("%(name)s is on “%(task)s”.") if name else _("One more place on “%(task)s” is taken.")
    if others:
        said += " " + (_("%(name)s is also on %(others)s.") if name else _("They are also on %(others)s."))
    return said % words


def _today(request: HttpRequest) -> dt.date:
    return request.house.day_of(timezone.now())


def _task(request: HttpRequest, pk: int) -> UnitTask:
    return get_object_or_404(UnitTask.objects.visible_to(request.user).select_related("unit"), pk=pk)


def _chosen(request: HttpRequest, member: int | None) -> Meant | None:
    """The one whose button was pressed. Everyone ever enrolled is welcome to take a task."""
    said = request.POST.get("member", "")
    pk = member or (int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else None)
    if pk is None:
        return None
    chosen = Member.objects.welcome().filter(pk=pk).first()
    return Meant([], one=chosen) if chosen else CANNOT_SAY


def _meant(request: HttpRequest, task: UnitTask) -> Meant:
    return whom(request.POST.get("q", ""), task.day, request.house, timezone.now())


def _not_sure(request: HttpRequest, meant: Meant) -> str:
    if meant is CANNOT_SAY:
        return str(RELOAD)
    if not request.POST.get("q", "").strip():
        return _("Who takes it? Write a name, or choose one.") if meant.people else _("Who takes it? Write a name.")
    if not meant.people:
        return _("Nobody found by that name. Try fewer letters, or another of their names.")
    if meant.is_guess:
        return _("Nobody is called so. Did you mean one of these?")
    return _("Several people may be meant. Choose one, or write more of the name.")


def _asked(request: HttpRequest, task: UnitTask, meant: Meant, *, to_wait: bool = False) -> dict:
    """The question that the answer is: which of these people, or whether the name shall wait."""
    people = [(meant.one, meant.one.short_name)] if to_wait and meant.one else meant.people
    words = request.POST.get("q", "").strip()[:100]
    return {
        "answer": "asked",
        "asked_of": task.pk,
        "task": task,
        "meant": meant,
        "people": people,
        "words": words,
        "is_numbered": bool(words) or to_wait,
        "to_wait": to_wait or bool(request.POST.get("wait")),
        "offers_to_wait": to_wait,
        "part": _part(request, task),
    }


def _answer(request: HttpRequest, task: UnitTask | None, context: dict) -> HttpResponse:
    """The task as it stands now with what is asked; without JavaScript a question is a page, all else leads back."""
    day = task.day if task else _today(request)
    part = _part(request, task)
    if request.headers.get("HX-Request"):
        shown = _page(request, day, part) | context
        shown["row"] = task and shown["meeting"].row(task.pk)
        return piece_or_page(request, "attendance/_meeting_answer.html", shown, page="")
    if context["answer"] == "asked":
        return render(request, "attendance/meeting.html", _page(request, day, part) | context)
    anchor = f"#meet-{task.pk}" if task else ""
    return redirect(f"{reverse('attendance:meeting_on', args=[day])}?part={part}{anchor}")


def _part(request: HttpRequest, task: UnitTask | None = None) -> Part:
    """The part of the day that the page shows."""
    asked = request.POST.get("part") or request.GET.get("part") or (task.part if task else "")
    return Part(asked) if asked in Part.values else part_now(timezone.now())


def _version() -> str:
    """Changes with whatever is written down, and when another part of the day begins."""
    now = timezone.now()
    seq = AuditHead.objects.values_list("seq", flat=True).first() or 0
    return f"{timezone.localdate(now)} {part_now(now)} {seq}"


def _page(request: HttpRequest, day: dt.date, part: Part) -> dict:
    version = _version()  # before looking: what comes in between is then asked for again
    found = meeting_of(day, part, request.user, _today(request))
    return {
        "version": version,
        "meeting": found,
        "parts": Part.choices,
        "part": part,
        "today": _today(request),
        "calendar": workdays.on(day),
    }
