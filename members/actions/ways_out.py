"""What a way out taught the house: a phone that answered STOP, an address that its mail server does not know."""

from django.db import transaction
from django.utils import timezone

from members import audit
from members.actions.channels import give_back, take_back
from members.actions.message_wishes import stop_channel
from members.actions.people import edit_member
from members.models import Channel, House, Member, Message, Staff, User
from members.models.messages import Reason
from members.phones import dialled

State = Message.State


def stop_texts(*, number: str) -> None:
    """The phone with `number` ("+13135550100") wants no texts: at once, also what waits. Safe to call twice."""
    country = House.objects.current().country
    for everybody in (Member.objects.themselves(), Staff.objects.all()):
        for person in everybody.exclude(phone=""):
            if _may_be(person.phone, number) and dialled(person.phone, country) == number:
                try:
                    _stop_texts_of(person)
                except audit.MergedMeanwhile:  # since we read the roll
                    person.refresh_from_db()
                    _stop_texts_of(getattr(person, "merged_into", None) or person)


def _may_be(phone: str, number: str) -> bool:
    """To read every number of a long roll takes a while: so the last digits first, where `phone` is plain digits."""
    digits = "".join(letter for letter in phone if letter.isdigit())
    return digits[-6:] == number[-6:] or not phone.isascii() or any(letter.isalpha() for letter in phone)


@transaction.atomic
def _stop_texts_of(person: Member | Staff) -> None:
    _locked(person)  # first, as everybody does: the audit record below is the last lock
    stop_channel(person=person, channel=Channel.TEXT)
    if isinstance(person, Member):
        edit_member(member=person, by=None, verb="stop_texts", texts_allowed=False)


@transaction.atomic
def refuse_email(*, person: Member | Staff, address: str, message_id: str) -> bool:
    """The letter `message_id` did not arrive: the mail server of `address` says that there is no such address.

    It is used no more, until somebody writes a new one, and nothing waits for it. False, and nothing happens, when it
    is not the person's address any more. Safe to call twice.
    """
    person, now = _locked(person), timezone.now()
    if not message_id or person.email.casefold() != address.casefold():
        return False
    letter = Message.objects.filter(message_id=message_id, state__in=[State.SENDING, State.SENT, State.UNKNOWN])
    letter.update(state=State.FAILED, reason=Reason.REFUSED, settled_at=now, claim=None, claimed_until=None)
    if person.email_refused_at is None:
        person.email_refused_at = now
        person.save(update_fields=["email_refused_at"])
        take_back(person, Channel.EMAIL, reason=Reason.REFUSED, now=now)
        _record("refuse_email", person, after={"email_refused_at": now})
    return True


@transaction.atomic
def use_email_again(*, person: Member | Staff, by: User) -> None:
    """The address is right after all, its owner says. What was taken back waits again. Safe to call twice."""
    person = _locked(person)
    if person.email_refused_at:
        before, person.email_refused_at = person.email_refused_at, None
        person.save(update_fields=["email_refused_at"])
        give_back(person, Channel.EMAIL, reason=Reason.REFUSED, now=timezone.now())
        _record("use_email_again", person, by=by, before={"email_refused_at": before})


def _locked(person: Member | Staff) -> Member | Staff:
    return type(person)._default_manager.select_for_update(no_key=True).get(pk=person.pk)


def _record(verb: str, person: Member | Staff, by: User | None = None, *, before=None, after=None) -> None:
    about = person if isinstance(person, Member) else None
    audit.record(by=by, verb=verb, about=about, subject=person, before=before, after=after)
