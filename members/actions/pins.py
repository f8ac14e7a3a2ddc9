"""A colleague's own PIN: it opens a reception tablet that locked itself, and nothing else."""

import re

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from members import audit
from members.models import Member, User
from members.refusals import Refusal

DIGITS = range(4, 9)


class NotDigits(Refusal):
    field = "pin"


class PinTooSimple(Refusal):
    """The first that anybody would try."""

    field = "pin"


def set_pin(*, by: User, pin: str) -> User:
    """`by` chooses a PIN, or another one. Raises `NotDigits`, `PinTooSimple`."""
    if not (pin.isascii() and pin.isdecimal() and len(pin) in DIGITS):
        raise NotDigits(_("Use 4 to 8 digits."))
    if is_simple(pin):
        raise PinTooSimple(_("Anybody would try that one first. Choose digits without a pattern."))
    return _store(by, make_password(pin), "set_pin")


def remove_pin(*, by: User) -> User:
    return _store(by, "", "remove_pin") if by.pin else by


def end_after_wrong_pins(*, user: User) -> None:
    """Somebody tried five times on a locked tablet: `user` is signed out there, and can see that."""
    with transaction.atomic():
        audit.record(by=None, verb="end_after_wrong_pins", about=_member(user), subject=user)


def is_simple(pin: str) -> bool:
    """One digit over and over, a pattern that repeats, digits in a row, or a year."""
    steps = {(int(after) - int(before)) % 10 for before, after in zip(pin, pin[1:], strict=False)}
    is_row = steps <= {1} or steps <= {9}
    return is_row or bool(re.fullmatch(r"(\d{1,4})\1+|(19|20)\d\d", pin))


def _store(user: User, pin: str, verb: str) -> User:
    with transaction.atomic():
        stored = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if stored.pin or pin:  # taken away twice at once, it is taken away once
            before, stored.pin = {"has_pin": bool(stored.pin)}, pin
            stored.save(update_fields=["pin"])
            after = {"has_pin": bool(pin)}
            audit.record(by=user, verb=verb, about=_member(user), subject=user, before=before, after=after)
    return stored


def _member(user: User) -> Member | None:
    return user.person if isinstance(user.person, Member) else None
