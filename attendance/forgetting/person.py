"""The member's own row, which stays for the counts and has no name; and their sign-in."""

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Sequence

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from attendance.forgetting import fates
from members.models import House, Member, User

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without digits: nobody's number goes on from it


def nobody() -> str:
    """What stands where the name stood, in the language of the house."""
    with translation.override(House.objects.current().language):
        return _("A member")


def forget_person(member: Member, kind: str, at: dt.datetime) -> None:
    house = House.objects.current()
    off_the_roll = member.withdrawn_on or (None if member.deceased_on else house.day_of(at))
    values = fates.emptied(Member, kind) | {
        "first_name": nobody(),
        "member_no": "".join(secrets.choice(LETTERS) for _ in range(12)),
        "board_name": Member.BoardName.NONE,
        "reach_out_wanted": False,
        "born_on": less_exact(member.born_on),
        "withdrawn_on": off_the_roll,
        "erased_at": at,
    }
    Member.objects.filter(pk=member.pk).update(**values)


def less_exact(born_on: dt.date | None) -> dt.date | None:
    """The month of birth. Figures by age ask how old somebody was on the last day of a month, so none of them changes;

    but for those born on 29 February, who are a year older on a last of February only in a leap year.
    """
    if born_on is None or (born_on.month, born_on.day) == (2, 29):
        return born_on
    return born_on.replace(day=1)


def forget_sign_in(users: Sequence[User], kind: str) -> Counter[str]:
    """The login stays for what it did, without a name, and opens nothing any more."""
    did: Counter[str] = Counter()
    for user in users:
        values = fates.emptied(User, kind) | {
            "username": f"forgotten-{secrets.token_hex(8)}",
            "password": make_password(None),
            "is_active": False,
        }
        User.objects.filter(pk=user.pk).update(**values)
        user.groups.clear()
        user.user_permissions.clear()
        did["members.user"] += 1
    for model in (EmailAddress, Authenticator, UserSession):
        did["members.user"] += model.objects.filter(user__in=users).delete()[0]
    _forget_keepers_log(users)
    return did


def _forget_keepers_log(users: Sequence[User]) -> None:
    """What the keeper's own pages wrote about the person, or the person there."""
    pks = [str(user.pk) for user in users]
    about = Q(content_type__app_label="members", content_type__model="user", object_id__in=pks)
    LogEntry.objects.filter(about | Q(user__in=users)).delete()


def end_sessions(users: Sequence[User]) -> int:
    """Theirs, all of them; a session does not say whose it is until it is opened."""
    pks = {str(user.pk) for user in users}
    if not pks:
        return 0
    sessions = Session.objects.only("session_key", "session_data").iterator()
    theirs = [one.pk for one in sessions if one.get_decoded().get("_auth_user_id") in pks]
    return Session.objects.filter(pk__in=theirs).delete()[0]
