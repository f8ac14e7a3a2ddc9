"""What becomes of each column when the person it is about is forgotten, as `class Privacy` of its model says.

`forget` is one answer for the whole row, or a set of columns for each answer; `forget_row` adds one for the row.
`whose` says by which relation a row is a member's own; without it, every relation to a member does.
"""

from typing import Any

from django.apps import apps
from django.db import models

from members.models import Erasure, Member, User

STAYS, LESS_EXACT, GOES, GOES_IF_ERASED = "stays", "less exact", "goes", "goes if erased"
FATES = (STAYS, LESS_EXACT, GOES, GOES_IF_ERASED)
APPS = ("members", "activities", "attendance")


def ours() -> list[type[models.Model]]:
    return [model for app in APPS for model in apps.get_app_config(app).get_models()]


def leads_to_people(model: Any) -> bool:
    """Whether a row of `model` may be about a member, or made by one."""
    if hasattr(model.Privacy, "whose") or model in {Member, User}:
        return True
    related = {field.related_model for field in model._meta.get_fields() if field.concrete and field.is_relation}
    return bool(related & {Member, User})


def fate_of_row(model: Any) -> str:
    forget = model.Privacy.forget
    return forget if isinstance(forget, str) else getattr(model.Privacy, "forget_row", STAYS)


def fates(model: Any) -> dict[str, str]:
    """Each column that is personal or sensitive, and what becomes of it where the row stays."""
    privacy = model.Privacy
    if isinstance(privacy.forget, str):
        return dict.fromkeys(privacy.personal | privacy.sensitive, privacy.forget)
    return {name: fate for fate, names in privacy.forget.items() for name in names}


def goes(fate: str, kind: str) -> bool:
    return fate == GOES or (fate == GOES_IF_ERASED and kind == Erasure.Kind.ERASE)


def owners(model: Any) -> tuple[str, ...]:
    """The lookups from a row to the members whose own it is."""
    fields = (field for field in model._meta.concrete_fields if field.related_model is Member)
    return getattr(model.Privacy, "whose", None) or tuple(field.name for field in fields)


def emptied(model: Any, kind: str) -> dict[str, object]:
    """The columns that go, with what they hold afterwards."""
    names = [name for name, fate in fates(model).items() if goes(fate, kind)]
    return {name: _nothing(model._meta.get_field(name)) for name in names}


def _nothing(field) -> object:
    if field.null:
        return None
    return field.get_default() if field.has_default() else ""
