"""The names of our cookies.

In a house with an address they begin with `__Host-`: the browser then takes them over HTTPS only, and from this very
host, so no neighbour under the same name can put one of theirs in the place of ours.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

LOOK = ("theme", "text")


def name_of(plain: str) -> str:
    return settings.COOKIE_PREFIX + plain


def read(request: HttpRequest, plain: str) -> str:
    """The cookie's value. A tablet that was paired before 0.6 still holds the plain name, and stays paired."""
    return request.COOKIES.get(name_of(plain)) or request.COOKIES.get(plain, "")


def put(response: HttpResponse, plain: str, value: str, max_age) -> None:
    """For the server only, sent along to nobody else's forms; Secure wherever there is HTTPS."""
    response.set_cookie(
        name_of(plain),
        value,
        max_age=max_age,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def drop(response: HttpResponse, plain: str) -> None:
    for name in {plain, name_of(plain)}:
        response.delete_cookie(name)


def look_of(request: HttpRequest) -> dict[str, str]:
    """Light or dark, and the size of text, as this browser remembers them."""
    return {name: read(request, name) for name in LOOK}
