"""What templates need for the looks."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

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


BROWSERS = [("Edg", "Edge"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome")]
SYSTEMS = [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac")]


@register.filter
def device(user_agent: str) -> str:
    """ "Firefox, Windows" for the long line that a browser sends; what it sent (40 letters) if neither is known."""
    browser = next((name for mark, name in [*BROWSERS, ("Safari", "Safari")] if mark in user_agent), "")
    system = next((name for mark, name in [*SYSTEMS, ("Linux", "Linux")] if mark in user_agent), "")
    return ", ".join(filter(None, [browser, system])) or user_agent[:40]
