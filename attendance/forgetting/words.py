"""The name in what others wrote: where it stands, and "a member" in its place.

A full name is replaced, and so are phone, addresses and numbers. A first name alone may be somebody else, or a month:
it is shown to the colleagues, who mend the text before they say yes.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.apps import apps
from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from attendance.models import MonthClosing
from members.models import AuditRecord, Backup, EmergencyContact, Erasure, LastRun, Member, Staff, User

# Rows of other people are theirs; the records have a way of their own; a closed month keeps its bytes.
NOT_HERE = (Member, Staff, User, AuditRecord, Erasure, Backup, LastRun)
NOT_HERE_EITHER = {"sessions.session", "contenttypes.contenttype", "auth.permission", "auth.group"}
NO_WORDS = re.compile(r"digest|token|claim|salt|chain|payload|password|^key$|stored_as|icon|colour|time_zone|language")
LEAST = 4  # letters
DIGITS = 6  # fewer are no phone number: a time, a year, a bus
TOLD_APART_BY = 9  # the last digits of a phone number; before them stand countries, in many ways
FIELDS = ("first_name", "name_to_use", "last_name", "phone", "email", "address")


@dataclass(frozen=True)
class Found:
    """A text that holds the name."""

    model: type[models.Model]
    pk: int
    field: str
    text: str


@dataclass(frozen=True)
class Names:
    """`full` are replaced wherever they stand; `alone` are shown only. `first` tells them from others at one phone."""

    full: tuple[str, ...]
    alone: tuple[str, ...]
    first: tuple[str, ...] = ()

    @classmethod
    def of(cls, members: Sequence[Member], users: Sequence[User] = ()) -> "Names":
        full, alone, first = set[str](), set[str](), set[str]()
        for member in members:
            said = _once_said(member)
            first |= said["first_name"] | said["name_to_use"]
            full |= _ways(said) | {number for number in said["member_no"] if not _is_number(number)}
            alone |= said["last_name"] | said["username"]
        full |= {user.email for user in users}
        alone |= {user.username for user in users} | first
        of_others = _of_others(members, first)
        shared = {one for one in full if _alike(one) in of_others}
        full = {one for one in full - shared if len(one) >= LEAST and (not _is_number(one) or _is_long(one))}
        return cls(*map(_longest_first, (full, alone | shared, first)))

    @cached_property
    def _full(self) -> re.Pattern | None:
        return _pattern(self.full)

    @cached_property
    def _alone(self) -> re.Pattern | None:
        return _pattern(self.alone)

    def stand_in(self, text: str) -> bool:
        return bool(self._full and self._full.search(text))

    def may_stand_in(self, text: str) -> bool:
        return bool(self._alone and self._alone.search(text))

    def are_of(self, contact: EmergencyContact) -> bool:
        """Whether this is the one to call: by the full name, or by a first name at their own number."""
        first = _pattern(self.first)
        is_at_theirs = self.stand_in(contact.phone) or self.may_stand_in(contact.phone)
        return self.stand_in(contact.name) or bool(is_at_theirs and first and first.search(contact.name))

    def out_of(self, value):
        """`value` (a text, or what JSON holds) with "a member" instead of each full name."""
        if isinstance(value, str):
            return self._full.sub(_("a member"), value) if self._full else value
        if isinstance(value, dict):
            return {self.out_of(key): self.out_of(one) for key, one in value.items()}
        return [self.out_of(one) for one in value] if isinstance(value, list) else value


def _once_said(member: Member) -> dict[str, set[str]]:
    """What they are called and how they are reached, today and, by the records, ever."""
    said = {name: {getattr(member, name)} for name in (*FIELDS, "member_no")} | {"username": set[str]()}
    for facts in AuditRecord.objects.filter(about=member).values_list("before", "after"):
        for name in said:
            said[name] |= {str(each.get(name) or "") for each in facts}
    return {name: values - {""} for name, values in said.items()}


def _ways(said: dict[str, set[str]]) -> set[str]:
    """How a name and a contact are written in a text."""
    ways = said["phone"] | said["email"] | said["address"]
    ways |= {street for address in said["address"] if _is_street(street := address.splitlines()[0])}
    for last in said["last_name"]:
        for name in said["first_name"] | said["name_to_use"]:
            ways |= {f"{name} {last}", f"{last}, {name}", f"{name} {last[0]}."}
    return ways


def _of_others(members: Sequence[Member], first: set[str]) -> set[str]:
    """Of who stays, and of whom others want to be called: a shared name, phone or house is not for us to take away."""
    others = [*Member.objects.exclude(pk__in=[one.pk for one in members]).values(*FIELDS)]
    others += Staff.objects.values(*FIELDS[:-1])
    ways = {way for one in others for way in _ways({name: {one.get(name, "")} - {""} for name in FIELDS})}
    is_theirs = _pattern(_longest_first(first))
    calls = EmergencyContact.objects.exclude(member__in=members).values_list("name", "phone")
    ways |= {phone for name, phone in calls if not (is_theirs and is_theirs.search(name))}
    return {_alike(way) for way in ways}


def _is_street(line: str) -> bool:
    return bool(re.search(r"\d", line) and re.search(r"[^\W\d]{3}", line))


def _is_number(text: str) -> bool:
    return not re.search(r"[^\W\d_]", text)


def _is_long(number: str) -> bool:
    return len(_digits(number)) >= DIGITS


def _digits(text: str) -> str:
    return "".join(str(int(letter)) for letter in text if letter.isdecimal())


def _alike(text: str) -> str:
    """The same for what means the same: spaces, case, and how a number is grouped aside."""
    return _digits(text)[-TOLD_APART_BY:] if _is_number(text) else " ".join(text.casefold().split())


def _longest_first(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted((name for name in names if len(name) > 1), key=lambda name: (-len(name), name)))


def _pattern(names: Sequence[str]) -> re.Pattern | None:
    words = "|".join(map(_written, names))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) if names else None


def _written(name: str) -> str:
    """With any space between the words; of a phone number, in any groups, and with its country or without."""
    if not (_is_number(name) and _is_long(name)):
        return r"[\s,]+".join(map(re.escape, name.split()))
    digits, between = _digits(name), r"[\s().\-/]{0,3}"
    country = rf"(?:(?:\+|00)\d{{1,3}}{between}|1{between})?(?:\(0\){between})?\d{{0,3}}"
    before = country if len(digits) >= TOLD_APART_BY else ""
    return r"(?!\d{4}-\d\d-\d\d)" + before + between.join(digits[-TOLD_APART_BY:])


def column(model: type[models.Model], name: str) -> models.Field:
    return next(field for field in model._meta.concrete_fields if field.name == name)


def columns() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Every column in which people write words."""
    for model in apps.get_models():
        if model in NOT_HERE or model._meta.label_lower in NOT_HERE_EITHER:
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
            kept = field.choices or field.primary_key or NO_WORDS.search(field.name)
            if is_text and not kept and (model, field.name) != (MonthClosing, "report"):
                yield model, field
    yield Member, column(Member, "best_time")  # of others' own rows the one in which they write sentences


def that_hold(rows: models.QuerySet, field: models.Field, names: Sequence[str]) -> models.QuerySet:
    """The rows in which one of `names` may stand, and not many others."""
    found, name = Q(), field.name
    if isinstance(field, models.JSONField):
        rows, name = rows.alias(**{f"{name}_as_text": Cast(name, TextField())}), f"{name}_as_text"
    for one in names:
        found |= _may_hold(name, one)
    return rows.filter(found) if names else rows.none()


def _may_hold(column: str, name: str) -> Q:
    """Each word of it, in whatever letters; of a phone number its last digits, however they are grouped."""
    if _is_number(name) and _is_long(name):
        return Q(**{f"{column}__regex": "[^0-9]{0,3}".join(_digits(name)[-TOLD_APART_BY:])})
    return Q(*(_holds_word(column, word) for word in re.findall(r"\w+", name)))


def _holds_word(column: str, word: str) -> Q:
    """A database may know no small and large letters beyond a to z; JSON may write those by their numbers."""
    if word.isascii():
        return Q(**{f"{column}__icontains": word})
    return Q(**{f"{column}__regex": "".join(map(_letter, word))})


def _letter(letter: str) -> str:
    written = {each for case in (letter.lower(), letter.upper()) for each in (case, json.dumps(case)[1:-1])}
    return f"(?:{'|'.join(map(re.escape, sorted(written)))})"


def find(names: Names, *, alone: bool = False) -> Iterator[Found]:
    """Where the full names stand, or (`alone`) where only a part of it does."""
    words = names.alone if alone else names.full
    if not words:
        return
    for model, field in columns():
        rows = that_hold(model._base_manager.all(), field, words).order_by("pk")
        for pk, value in rows.values_list("pk", field.name):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            if names.stand_in(text) if not alone else names.may_stand_in(names.out_of(text)):
                yield Found(model, pk, field.name, text)


def replace(names: Names) -> int:
    """How many texts hold "a member" now where the name stood."""
    count = 0
    for found in list(find(names)):
        field = column(found.model, found.field)
        row = found.model._base_manager.filter(pk=found.pk)
        value = names.out_of(row.values_list(found.field, flat=True).get())
        if isinstance(value, str) and field.max_length:
            value = value[: field.max_length]
        count += row.update(**{found.field: value})
    return count
