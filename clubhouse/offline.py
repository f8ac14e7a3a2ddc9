"""What a tablet keeps so that arrivals open without a connection: a page without names, and what serves it."""

import hashlib

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members.permissions import open_to_all

# Everything the page without a connection needs; nothing else is ever kept by the browser.
SHELL = (
    "vendor/bootstrap-5.3.9.min.css", "css/tokens.css", "css/page.css", "css/frame.css", "css/forms.css",
    "css/cards.css", "icons.svg", "favicon.svg", "js/queue.js", "js/offline.js",
    "vendor/atkinson-hyperlegible-5.3.0-latin-400.woff2", "vendor/atkinson-hyperlegible-5.3.0-latin-700.woff2",
)  # fmt: skip


@require_safe
@open_to_all
def service_worker(request: HttpRequest) -> HttpResponse:
    """Stands at the root, because a worker serves only addresses below its own."""
    files = [reverse("offline"), *map(static, SHELL)]
    # The page is part of the version too: a changed sentence reaches the tablets.
    page = render(request, "offline.html").content
    version = hashlib.sha256("\n".join(files).encode() + page).hexdigest()[:12]
    context = {"files": files, "version": version, "offline": files[0]}
    response = render(request, "service_worker.js", context, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@open_to_all
def offline(request: HttpRequest) -> HttpResponse:
    """Shown by the service worker while there is no connection. The same for everybody, with nobody's name."""
    return render(request, "offline.html")


@require_safe
@open_to_all
def manifest(request: HttpRequest) -> JsonResponse:
    """Lets a tablet put the house on its home screen."""
    icons = [
        {"src": static("icons/house-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("icons/house-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"},
        {"src": static("favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
    ]
    about = {
        "name": request.house.name,
        "short_name": _("Arrivals"),
        "start_url": reverse("attendance:arrivals"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbf8f2",
        "theme_color": "#1d5543",
        "icons": icons,
    }
    return JsonResponse(about, content_type="application/manifest+json")
