"""Who came to an event. `views.closing.undo_batch` takes back what was saved."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from activities.models import Event
from attendance import actions
from attendance.day_sheet import all_to_mark
from attendance.forms.events import LogEventForm
from attendance.search import cleaned, find_members
from attendance.who_came import guests
from members.permissions import requires
from members.refusals import Refusal

MOST_NAMED = 6
MOST_EXPLAINED = 4


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.log_event")
def log_event(request: HttpRequest, pk: int) -> HttpResponse:
    """The people of an event to tick. A post looks for a name, so that none is in a URL, or saves who came."""
    event = get_object_or_404(Event.objects.visible_to(request.user).standing(), pk=pk)
    is_saved = request.method == "POST" and request.POST.get("action") == "save"
    form = LogEventForm(request.POST if is_saved else None, event=event)
    if is_saved and _saved(request, form):
        return redirect("attendance:log_event", event.pk)
    return render(request, "attendance/log_event.html", _page(request, form), status=422 if is_saved else 200)


def _saved(request: HttpRequest, form: LogEventForm) -> bool:
    if not form.is_valid():
        messages.error(request, form.first_error)
        return False
    try:
        batch = form.store(by=request.user, tablet=getattr(request, "tablet", None))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    _say(request, form.event, batch)
    return True


def _say(request: HttpRequest, event: Event, batch: actions.Batch) -> None:
    """One sentence for those who came, with one undo; and why somebody was not written down."""
    if batch.marks:
        count, names = len(batch.marks), get_text_list([str(mark.member) for mark in batch.marks], _("and"))
        words = ngettext("Saved. %(count)d person came.", "Saved. %(count)d people came.", count) % {"count": count}
        sentence = _("Saved. They came: %(names)s.") % {"names": names} if count <= MOST_NAMED else words
        undo = reverse("attendance:undo_batch", args=[event.day, batch.pk])
        messages.success(request, sentence, extra_tags=undo)
    if batch.unchanged:
        sentences = [sentence for _member, sentence in batch.unchanged[:MOST_EXPLAINED]]
        more = len(batch.unchanged) - MOST_EXPLAINED
        if more > 0:
            words = ngettext("And %(count)d more is as before.", "And %(count)d more are as before.", more)
            sentences.append(words % {"count": more})
        messages.warning(request, " ".join(sentences))


def _page(request: HttpRequest, form: LogEventForm) -> dict:
    event, chosen = form.event, set(request.POST.getlist("member_no"))
    words = cleaned(request.POST.get("q", ""))
    found = find_members(words) if words else None
    # Whoever was found before and ticked stays on the page.
    ticked = all_to_mark([number.replace("\0", "") for number in chosen], event.day) if chosen else []
    everybody = guests(event, request.house, [*ticked, *(found.members if found else [])])
    looked_for = {member.pk for member in found.members} if found else set()
    return {
        "event": event,
        "form": form,
        "is_over": event.finishes_at(request.house) <= timezone.now(),
        "words": words,
        "found": found,
        "found_guests": [guest for guest in everybody if guest.member.pk in looked_for],
        "guests": [guest for guest in everybody if guest.member.pk not in looked_for],
        "chosen": chosen,
    }
