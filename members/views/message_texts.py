"""What we write: each kind of message on each channel as it arrives, and the house's own sentences around it."""

from typing import Any

from django.contrib import messages as say
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members import actions
from members.forms.wording import WordingForm
from members.models import HouseWording
from members.notices import KINDS, languages
from members.notices.previews import previews
from members.permissions import requires
from members.refusals import Refusal


@require_safe
@requires("members.preview_messages")
def message_texts(request: HttpRequest) -> HttpResponse:
    """Every kind there is."""
    worded = set(HouseWording.objects.values_list("kind", flat=True))
    kinds = [(kind, kind.name in worded) for kind in KINDS.values()]
    return render(request, "members/message_texts.html", {"kinds": kinds})


@require_safe
@requires("members.preview_messages")
def message_text(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind, to a made-up person, in one language."""
    language = _language(request.GET.get("language") or request.house.language)
    form = WordingForm(instance=HouseWording.objects.filter(kind=kind, language=language).first())
    return render(request, "members/message_text.html", _page(request, kind, language, form))


@require_POST
@requires("members.edit_wording")
def edit_wording(request: HttpRequest, kind: str) -> HttpResponse:
    """The house's sentences for one kind and language; both empty takes them away."""
    language = _language(request.POST.get("language", ""))
    form = WordingForm(request.POST)
    page = _page(request, kind, language, form)
    if form.is_valid() and _stored(request, kind, language, form):
        say.success(request, _("Saved. This is how it reads from now on."))
        return redirect(f"{reverse('members:message_text', args=[kind])}?language={language}")
    return render(request, "members/message_text.html", page, status=422)


def _stored(request: HttpRequest, kind: str, language: str, form: WordingForm) -> bool:
    try:
        actions.edit_wording(kind=kind, language=language, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(refusal.field, str(refusal))
    return not form.errors


def _language(code: str) -> str:
    """Raises Http404 for one that no text is in."""
    known = languages.codes()
    if code not in known:
        raise Http404
    return code


def _page(request: HttpRequest, kind: str, language: str, form: WordingForm) -> dict[str, Any]:
    if kind not in KINDS:
        raise Http404
    return {
        "kind": KINDS[kind],
        "language": language,
        "languages": languages.choices(),
        "previews": previews(KINDS[kind], language, request.house, timezone.now()),
        "form": form,
        "is_worded": HouseWording.objects.filter(kind=kind, language=language).exists(),
    }
