"""Messages: what somebody asked for, stopping them, and how they fared."""

from django import forms
from django.conf import settings
from django.contrib import messages as say
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clubhouse.htmx import piece_or_page
from members import actions, notices
from members.models import Channel, Member, Message, Staff
from members.notices import delivery, letter, mailbox
from members.permissions import open_to_all, requires
from members.templatetags.message_wishes import wishes_of


class MessageWishForm(forms.Form):
    channel = forms.ChoiceField(choices=Channel.choices)
    wanted = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda answer: answer == "yes")

    def __init__(self, data: QueryDict, *, person: Member | Staff):
        super().__init__(data)
        kinds = forms.ChoiceField(choices=[(name, name) for name, kind in notices.KINDS.items() if kind.is_for(person)])
        self.fields["kind"] = kinds


@require_POST
@requires("members.edit_me")
def set_message_wish(request: HttpRequest) -> HttpResponse:
    """One kind of message on one channel, on or off, for who is signed in."""
    person = request.user.person
    if person is None:
        raise Http404
    form = MessageWishForm(request.POST, person=person)
    if form.is_valid():
        actions.set_message_wish(person=person, by=request.user, **form.cleaned_data)
        wanted = form.cleaned_data["wanted"]
        say.success(request, _("You will get it.") if wanted else _("Stopped. Nothing that waited will be sent."))
    else:
        say.error(request, _("That did not say which message. Please try once more."))
    return piece_or_page(request, "members/_message_wishes.html", wishes_of(person), page=reverse("me"))


@csrf_exempt  # a mail program posts here by itself (RFC 8058); the signed token is the key
@require_http_methods(["GET", "HEAD", "POST"])
@open_to_all
def stop_messages(request: HttpRequest, token: str) -> HttpResponse:
    """The link in every message. Looking only asks; posting stops at once, also what waits."""
    try:
        model, pk, channel, kinds = letter.read_stop_token(token)
    except BadSignature as error:
        raise Http404 from error
    if request.method == "POST":
        person = get_object_or_404(model, pk=pk)
        actions.stop_messages(person=getattr(person, "merged_into", None) or person, kinds=kinds, channel=channel)
    return render(request, "members/stop_messages.html", {"stopped": request.method == "POST", "token": token})


@require_safe
@requires("members.see_messages")
def messages(request: HttpRequest) -> HttpResponse:
    """How messages fared lately: numbers, and those that need a look."""
    now = timezone.now()
    lost = [(message, delivery.name_of(message), delivery.why(message)) for message in delivery.need_a_look(now)]
    context = {"states": Message.State.labels, "tallies": delivery.tallies(now), "lost": lost}
    return render(request, "members/messages.html", context)


@require_safe
@requires("members.see_sample_mail")
def sample_mail(request: HttpRequest) -> HttpResponse:
    """Only in a sample house: the mail it wrote, instead of sending it."""
    if not settings.DEMO:
        raise Http404
    return render(request, "members/sample_mail.html", {"letters": mailbox.newest(settings.MAIL_FOLDER)})
