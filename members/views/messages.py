"""Messages: stopping them by the link in one, and the mail of a sample house."""

from django.conf import settings
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from members import actions
from members.models import Channel
from members.notices import letter, mailbox
from members.permissions import open_to_all, requires


@csrf_exempt  # a mail program posts here by itself (RFC 8058); the signed token is the key
@require_http_methods(["GET", "HEAD", "POST"])
@open_to_all
def stop_messages(request: HttpRequest, token: str) -> HttpResponse:
    """The link in every message. Looking only asks; posting stops at once, also what waits."""
    try:
        model, pk, channel, kinds = letter.read_stop_token(token)
    except BadSignature as error:
        raise Http404 from error
    everything = request.POST.get("all") == "yes"  # a mail program sends no such field
    if request.method == "POST":
        person = get_object_or_404(model, pk=pk)
        person = getattr(person, "merged_into", None) or person
        actions.stop_messages(person=person, kinds=kinds, channel=channel)
        if everything:
            actions.stop_channel(person=person, channel=channel)
    context = {"token": token, "channel": Channel(channel).label, "stopped": request.method == "POST"}
    return render(request, "members/stop_messages.html", context | {"everything": everything})


@require_safe
@requires("members.see_sample_mail")
def sample_mail(request: HttpRequest) -> HttpResponse:
    """Only in a sample house: the mail it wrote, instead of sending it."""
    if not settings.DEMO:
        raise Http404
    return render(request, "members/sample_mail.html", {"letters": mailbox.newest(settings.MAIL_FOLDER)})
