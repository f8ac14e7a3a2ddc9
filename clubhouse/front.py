"""What stands before everything else: how much may be sent at once, and what a browser may do with our pages."""

from collections.abc import Callable
from email.message import Message
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# All that a form brings: the spreadsheets of a house (attendance/uploads.py) and what is around them.
MOST_BYTES = 24 * 1024 * 1024
# None of our pages needs the place, the camera or the microphone; passkeys are for our own pages.
POLICY = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), usb=(), publickey-credentials-create=(self), publickey-credentials-get=(self)"
)


# Our pages ask for nothing else, and no browser sends anything else to them.
LETTERS = {"utf-8", "utf8", "us-ascii", "ascii"}


class FrontMiddleware:
    """Refuses what is odd or too large before a byte of it is read; puts headers on every answer, static files too."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not has_a_length(request):
            response = render(request, "400.html", status=400)
        elif length_of(request) > MOST_BYTES:
            response = render(request, "413.html", status=413)
        else:
            response = self.get_response(request)
        response["Permissions-Policy"] = POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


def length_of(request: HttpRequest) -> int:
    """As the browser says it; the web server reads no more than that, and nothing when nothing is said."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdecimal() else 0


def has_a_length(request: HttpRequest) -> bool:
    """Or none is said. Our web server refuses what is no number; another one may not."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return said.isascii() and said.isdecimal()


def in_known_letters(kind: str) -> str:
    """`kind` of content without a charset that no browser sends: then it is read in the letters of our pages.

    Some codecs of Python ("undefined", "hex") raise what Django does not expect, and before it can answer at all.
    """
    said = Message()
    said["Content-Type"] = kind.replace("\r", "").replace("\n", "")
    letters = said.get_param("charset", "utf-8")
    return kind if isinstance(letters, str) and letters.lower() in LETTERS else kind.partition(";")[0]


class Letters:
    """Stands before Django's own handler, which looks at the charset first of all."""

    def __init__(self, application: Callable):
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Any:
        if "charset" in environ.get("CONTENT_TYPE", "").lower():
            environ["CONTENT_TYPE"] = in_known_letters(environ["CONTENT_TYPE"])
        return self.application(environ, start_response)
