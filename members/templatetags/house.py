"""What templates need for the looks."""

import datetime as dt
import re

from django import template
from django.template.defaultfilters import stringfilter
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

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


# Letters read from right to left, with what stands between two words of a name.
RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
RUN = re.compile(f"[{RIGHT_TO_LEFT}]+(?:[ .'-]+[{RIGHT_TO_LEFT}]+)*")


@register.filter(is_safe=True)
@stringfilter
def names_apart(sentence: str) -> str:
    """A sentence made in Python, with names in Arabic, Hebrew ... isolated: the text's own `<bdi>` (U+2068, U+2069)."""
    return RUN.sub("\u2068\\g<0>\u2069", sentence)


BROWSERS = [("Edg", "Edge"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome")]
SYSTEMS = [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac")]


@register.filter
def device(user_agent: str) -> str:
    """ "Firefox, Windows" for the long line that a browser sends; what it sent (40 letters) if neither is known."""
    browser = next((name for mark, name in [*BROWSERS, ("Safari", "Safari")] if mark in user_agent), "")
    system = next((name for mark, name in [*SYSTEMS, ("Linux", "Linux")] if mark in user_agent), "")
    return ", ".join(filter(None, [browser, system])) or user_agent[:40]
