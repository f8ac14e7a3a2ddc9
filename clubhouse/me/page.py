"""My page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.models import Member, Note
from members.notices import delivery
from members.permissions import requires


@require_safe
@requires("members.see_me")
def me(request: HttpRequest) -> HttpResponse:
    person = request.user.person
    member = person if isinstance(person, Member) else None
    units = list(member.units.all()) if member else []
    context = {"person": person, "member": member, "units": units}
    if person:
        held = delivery.held_back(person, timezone.now())
        context["held"] = [(message, delivery.name_of(message), delivery.why(message)) for message in held]
        context["notes"] = Note.objects.unread_by(person)
    return render(request, "me.html", context)


def own_member(request: HttpRequest) -> Member:
    """The member who is signed in. Raises `Http404` for anybody else."""
    if not isinstance(request.user.person, Member):
        raise Http404
    return request.user.person
