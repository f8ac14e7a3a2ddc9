"""Phone numbers, read as people write them."""

import phonenumbers
from phonenumbers import PhoneNumberType, ValidationResult

COUNTRIES: set[str] = phonenumbers.SUPPORTED_REGIONS  # two letters each
# A text to one of these is read aloud to whoever picks up, or lost.
TAKES_NO_TEXTS = {PhoneNumberType.FIXED_LINE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST}


def dialled(phone: str, country: str) -> str:
    """`phone` as it is dialled from anywhere: "(313) 555-0100" in "US" -> "+13135550100".

    Empty when it cannot be read: too short, with an extension, or without a plus sign while `country` (two letters) is
    not known.
    """
    number = _read(phone, country)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number else ""


def for_texts(phone: str, country: str) -> str:
    """The same; empty also for a number that is surely not a mobile phone's."""
    number = _read(phone, country)
    return dialled(phone, country) if number and phonenumbers.number_type(number) not in TAKES_NO_TEXTS else ""


def _read(phone: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(phone, country.upper() or None)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return number if possible and not number.extension else None
