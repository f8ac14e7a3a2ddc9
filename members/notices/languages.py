"""The languages in which this program has texts of messages: whoever adds one adds its catalogue, nothing else."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language_info, to_language


@cache
def codes() -> list[str]:
    """["en", "es"]: those of the pages first, then every compiled catalogue in `locale`."""
    compiled = sorted(
        to_language(path.parents[1].name)
        for folder in settings.LOCALE_PATHS
        for path in Path(folder).glob("*/LC_MESSAGES/django.mo")
    )
    return list(dict.fromkeys([code for code, _name in settings.LANGUAGES] + compiled))


def choices() -> list[tuple[str, str]]:
    """[("en", "English"), ("es", "español")]: each in its own words."""
    return [(code, _name_of(code)) for code in codes()]


def _name_of(code: str) -> str:
    try:
        return get_language_info(code)["name_local"]
    except KeyError:
        return code
