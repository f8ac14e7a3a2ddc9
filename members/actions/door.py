"""What a member chose for the tablet at the door: a picture, a code of their own, a card."""

import re
import secrets

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from members import audit
from members.models import Member, User, token_digest
from members.refusals import Refusal

# Letters that every keyboard has in the same place (a hand scanner is one), and no vowels: no name is ever a card.
CARD_LETTERS = "bcdfghjknprstvx"
CARD_LENGTH = 12  # 46 bits, at ten tries a minute


class NoSuchCode(Refusal):
    """4 to 8 digits."""

    field = "code"


def set_door_code(*, member: Member, code: str, by: User | None) -> Member:
    """The code `member` types at the door from now on; an empty one takes it away. Raises `NoSuchCode`."""
    if code and not re.fullmatch(r"[0-9]{4,8}", code):
        raise NoSuchCode(_("A code has 4 to 8 digits, like 2580."))
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
        had_one, is_same = bool(member.door_code), not code and not member.door_code
        if is_same or (code and check_password(code, member.door_code)):
            return member
        member.door_code = make_password(code) if code else ""
        member.save(update_fields=["door_code"])
        before, after = {"door_code": _words(had_one)}, {"door_code": _words(bool(code))}
        audit.record(by=by, verb="set_door_code", about=member, subject=member, before=before, after=after)
    return member


def make_door_card(*, member: Member, by: User | None) -> str:
    """A new card; the one before opens nothing any more. Returns what stands on it, shown once and kept nowhere."""
    letters = "".join(secrets.choice(CARD_LETTERS) for _ in range(CARD_LENGTH))
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
        member.door_card_digest = token_digest(letters)
        member.save(update_fields=["door_card_digest"])
        audit.record(by=by, verb="make_door_card", about=member, subject=member)
    return "-".join(letters[at : at + 4] for at in range(0, CARD_LENGTH, 4)).upper()


def _words(has_code: bool) -> str:
    """Never the code itself."""
    return "set" if has_code else "none"
