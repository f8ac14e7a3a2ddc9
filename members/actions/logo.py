"""The picture that a house gives itself."""

import hashlib

from django.db import transaction

from members import audit, pictures
from members.models import House, HouseLogo, User


@transaction.atomic
def edit_logo(*, content: bytes, by: User | None) -> House:
    """Makes `content` the house's logo. Raises `pictures.NoSuchPicture` for what is none."""
    png = pictures.clean(content)
    house = _held()
    HouseLogo.objects.update_or_create(house=house, defaults={"png": png})
    return _named(house, hashlib.sha256(png).hexdigest()[:16], "edit_logo", by)


@transaction.atomic
def remove_logo(*, by: User | None) -> House:
    house = _held()
    HouseLogo.objects.filter(house=house).delete()
    return _named(house, "", "remove_logo", by)


def _held() -> House:
    return House.objects.select_for_update(no_key=True).get(pk=House.objects.current().pk)


def _named(house: House, version: str, verb: str, by: User | None) -> House:
    before = house.logo_version
    if version != before:
        house.logo_version = version
        house.save(update_fields=["logo_version"])
        audit.record(by=by, verb=verb, subject=house, before={"logo_version": before}, after={"logo_version": version})
    return house
