"""What is asked of the settings before the program starts, besides what clubhouse/settings.py asks by itself."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from members.notices.texting import service_for


@register()
def text_gateway(app_configs, **kwargs) -> list[CheckMessage]:
    """Without its address: there are passwords in it."""
    if not settings.TEXT_URL or service_for("+13135550100"):
        return []
    sentence = "TEXT_URL is not right: apprise knows no such gateway, or something is missing in its address."
    return [Error(sentence, id="members.E001")]
