"""What comes back from the ways out: a text that says STOP, and an address that mail came back from."""

import logging

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from members import actions
from members.models import House, Member
from members.notices import inbound
from members.permissions import open_to_all, requires
from members.phones import dialled

logger = logging.getLogger(__name__)


@csrf_exempt  # the gateway posts here by itself; its signature is the key
@require_POST
@open_to_all
def hear_text(request: HttpRequest) -> HttpResponse:
    """Somebody answered a text. STOP is obeyed, all else is forgotten; the answer is the same for every number."""
    if not settings.TEXT_INBOUND_SECRET:
        raise Http404
    if not inbound.is_signed(request):
        return HttpResponseForbidden()
    number, words = inbound.heard(request)
    number = dialled(number, House.objects.current().country)
    if number and inbound.says_stop(words):
        actions.stop_texts(number=number)
        logger.info("a phone said stop")
    return HttpResponse("<Response/>", content_type="text/xml")  # to Twilio: no answer


@require_POST
@requires("members.edit_me")
def use_my_email_again(request: HttpRequest) -> HttpResponse:
    """My address is right: try it again."""
    if request.user.person is None:
        raise Http404
    actions.use_email_again(person=request.user.person, by=request.user)
    messages.success(request, _("Thank you. We write there again."))
    return redirect("me")


@require_POST
@requires("members.edit_wishes")
def use_email_again(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a member, at their word."""
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    actions.use_email_again(person=member, by=request.user)
    messages.success(request, _("We write there again."))
    return redirect("members:member", pk)
