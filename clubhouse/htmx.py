"""Page and piece share markup: htmx gets the piece of its form back, a form posted without JavaScript gets its page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string


def piece_or_page(request: HttpRequest, template: str, context: dict, *, page: str, status: int = 200) -> HttpResponse:
    """The piece `template` with the messages region beside it (htmx), or a redirect to the URL `page` (no JavaScript).

    htmx does not swap an error answer by itself, so a refusal also answers 200 there and speaks through the messages.
    """
    if not request.headers.get("HX-Request"):
        return redirect(page)
    piece = render_to_string(template, context, request)
    messages = render_to_string("components/_messages.html", {"out_of_band": True}, request)
    return HttpResponse(piece + messages, status=status)
