"""What somebody wants to be sent and how they may be reached: their own page, and a member's at their word."""

from dataclasses import dataclass

from django.contrib import messages as say
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clubhouse.htmx import piece_or_page
from members import actions, wishes
from members.forms.wishes import ContactWishForm, MessageWishForm
from members.models import Member, Note, Staff, User
from members.permissions import requires

PAGES = {"messages": "message", "contact": "contact", "times": "time"}  # a page, and what its address is called


@dataclass(frozen=True)
class Whose:
    """Whose wishes are looked at; `own`: by themselves. `urls` are the addresses of the pages."""

    person: Member | Staff
    own: bool

    @property
    def urls(self) -> dict[str, str]:
        if self.own:
            return {page: reverse(f"members:set_{name}_wish") for page, name in PAGES.items()}
        return {page: reverse(f"members:set_member_{name}_wish", args=[self.person.pk]) for page, name in PAGES.items()}

    def looked(self, by: User) -> None:
        """A member sees who looked, also where nothing came of it."""
        if not self.own:
            actions.look_at_member(member=self.person, by=by)

    def context(self, page: str) -> dict:
        member = self.person if isinstance(self.person, Member) else None
        return {
            "member": member,
            "person": self.person,
            "own": self.own,
            "urls": self.urls,
            "at": page,
            "url": self.urls[page],
        }


def _me(request: HttpRequest, *, only_members: bool = False) -> Whose:
    person = request.user.person
    if person is None or (only_members and not isinstance(person, Member)):
        raise Http404
    return Whose(person, own=True)


def _member(request: HttpRequest, pk: int) -> Whose:
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    whose = Whose(member, own=False)
    if request.method != "POST":
        whose.looked(by=request.user)
    return whose


# -- Messages ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_me")
def set_message_wish(request: HttpRequest) -> HttpResponse:
    """One kind of message on one channel, on or off, for who is signed in."""
    return _message_wishes(request, _me(request))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_wishes")
def set_member_message_wish(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a member, at their word."""
    return _message_wishes(request, _member(request, pk))


def _message_wishes(request: HttpRequest, whose: Whose) -> HttpResponse:
    if request.method == "POST":
        _take_message_wish(request, whose)
    context = whose.context("messages") | wishes.message_wishes(whose.person, request.house)
    if request.method == "POST":
        return piece_or_page(request, "members/_message_wishes.html", context, page=whose.urls["messages"])
    return render(request, "members/wishes.html", context)


def _take_message_wish(request: HttpRequest, whose: Whose) -> None:
    form = MessageWishForm(request.POST, person=whose.person)
    if not form.is_valid():
        say.error(request, _("That did not say which message. Please try once more."))
        whose.looked(by=request.user)
        return
    actions.set_message_wish(person=whose.person, by=request.user, **form.wish)
    if form.wish["wanted"]:
        say.success(request, _("Yes, it will be sent."))
    else:
        say.success(request, _("Stopped. Nothing that waited will be sent."))


# -- How and when to reach a member ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_me")
def set_contact_wish(request: HttpRequest) -> HttpResponse:
    return _contact_wishes(request, _me(request, only_members=True), "contact")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_me")
def set_time_wish(request: HttpRequest) -> HttpResponse:
    return _contact_wishes(request, _me(request, only_members=True), "times")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_wishes")
def set_member_contact_wish(request: HttpRequest, pk: int) -> HttpResponse:
    return _contact_wishes(request, _member(request, pk), "contact")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_wishes")
def set_member_time_wish(request: HttpRequest, pk: int) -> HttpResponse:
    return _contact_wishes(request, _member(request, pk), "times")


def _contact_wishes(request: HttpRequest, whose: Whose, page: str) -> HttpResponse:
    form = _form(request, request.POST or None, whose.person)
    if form.is_valid():
        member = actions.edit_member(member=whose.person, by=request.user, verb="set_contact_wish", **form.fields_now)
        form = _form(request, None, member)
        say.success(request, _("Saved."))
    elif form.is_bound:
        say.error(request, _("That is not saved yet. Look at the sentence below."))
        whose.looked(by=request.user)
    groups = wishes.times(form, own=whose.own) if page == "times" else wishes.ways(form, own=whose.own)
    context = whose.context(page) | {"groups": groups}
    if request.method == "POST" and (request.headers.get("HX-Request") or not form.is_bound):
        return piece_or_page(request, "members/_contact_wishes.html", context, page=whose.urls[page])
    return render(request, "members/wishes.html", context, status=422 if form.is_bound else 200)


def _form(request: HttpRequest, data, member: Member) -> ContactWishForm:
    return ContactWishForm(data, instance=member, house=request.house, today=request.house.day_of(timezone.now()))


# -- Notes on one's own page -------------------------------------------------------------------------------------------


@require_safe
@requires("members.see_me")
def my_notes(request: HttpRequest) -> HttpResponse:
    """Notes that were put away lately."""
    person = _me(request).person
    return render(request, "members/my_notes.html", {"notes": Note.objects.put_away_by(person, timezone.now())})


@require_POST
@requires("members.edit_me")
def put_away_note(request: HttpRequest, pk: int) -> HttpResponse:
    note = get_object_or_404(Note.objects.on_the_page_of(_me(request).person), pk=pk)
    actions.put_away_note(note=note, by=request.user)
    say.success(request, _("Put away."), extra_tags=reverse("members:take_out_note", args=[pk]))
    return redirect("me")


@require_POST
@requires("members.edit_me")
def take_out_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo of putting it away."""
    note = get_object_or_404(Note.objects.on_the_page_of(_me(request).person), pk=pk)
    actions.take_out_note(note=note, by=request.user)
    return redirect("me")
