"""What templates need for the looks."""

import datetime as dt
import re

from django import template
from django.conf import settings
from django.template.defaultfilters import stringfilter
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clubhouse import clock

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """The picture `name` of static/icons.svg. Hidden from readers: an icon stands only beside its word."""
    return format_html(
        '<svg class="icon icon-{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        name,
        static("icons.svg"),
        name,
    )


@register.simple_tag
def picture(name: str) -> SafeString:
    """The picture `name` of static/guide.svg, large. Hidden from readers: the words of the step say it all."""
    return format_html(
        '<svg class="picture" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("guide.svg"),
        name,
    )


@register.filter
def day_words(day: dt.date | None) -> str:
    """ "Tuesday 6 October"; see clubhouse/clock.py. Nothing for nothing, as templates expect of a filter."""
    return clock.day_words(day) if day else ""


@register.filter
def time_words(time: dt.time | dt.datetime | None) -> str:
    """ "2 pm". Midnight is a time too, so only None is nothing."""
    return "" if time in (None, "") else clock.time_words(time)


@register.filter
def moment_words(at: dt.datetime | None) -> str:
    """ "Tuesday 6 October, 2 pm"."""
    return clock.moment_words(at) if at else ""


@register.filter
def since_words(at: dt.datetime | None) -> str:
    """ "9:30 am" of today; the day too of any other."""
    if at is None:
        return ""
    return clock.time_words(at) if timezone.localdate(at) == timezone.localdate() else clock.moment_words(at)


# Letters read from right to left, with what stands between two words of a name.
RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
RUN = re.compile(f"[{RIGHT_TO_LEFT}]+(?:[ .'-]+[{RIGHT_TO_LEFT}]+)*")


@register.filter(is_safe=True)
@stringfilter
def names_apart(sentence: str) -> str:
    """A sentence made in Python, with names in Arabic, Hebrew ... isolated: the text's own `<bdi>` (U+2068, U+2069)."""
    return RUN.sub("\u2068\\g<0>\u2069", sentence)


@register.filter
def is_under(path: str | None, url: str) -> bool:
    """Whether the page at `path` belongs to the part of the house at `url`; a page of an error may have no path."""
    return bool(path) and str(path).startswith(url)


@register.filter
@stringfilter
def own_links(text: str) -> SafeString:
    """The text of a note on a page: an address of this house becomes a link to tap; all else stays text.

    Titles that people type stand in notes: "//" would lead to another house.
    """
    parts = re.split(rf"{re.escape(settings.ADDRESS)}(/(?!/)[\w./-]*)", text)
    pieces = ((format_html('<a href="{}">{}</a>', it, _("Open it")) if n % 2 else it,) for n, it in enumerate(parts))
    return format_html_join("", "{}", pieces)


@register.filter
def dialled(phone: str) -> str:
    """What a phone dials: "(555) 01-00" -> "5550100"."""
    return re.sub(r"[^\d+*#,;]", "", phone)


BROWSERS = [("Edg", "Edge"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome")]
SYSTEMS = [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac")]


@register.filter
def device(user_agent: str) -> str:
    """ "Firefox, Windows" for the long line that a browser sends; what it sent (40 letters) if neither is known."""
    browser = next((name for mark, name in [*BROWSERS, ("Safari", "Safari")] if mark in user_agent), "")
    system = next((name for mark, name in [*SYSTEMS, ("Linux", "Linux")] if mark in user_agent), "")
    return ", ".join(filter(None, [browser, system])) or user_agent[:40]
