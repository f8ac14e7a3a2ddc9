"""Every table stands on a shelf, is counted, or is left out for a reason: a new one cannot be forgotten."""

import pytest
from django.apps import apps
from django.db import models

from attendance.models import Visit
from clubhouse.held import shelves, words
from clubhouse.held.gather import Reader, drawer, held_about
from members.models import Staff, User
from tests import make

pytestmark = pytest.mark.once


def test_no_table_is_forgotten():
    assert shelves.forgotten() == []


def made_up(name: str, **fields) -> type[models.Model]:
    """A table that somebody adds one day; it is in no app for longer than this test."""
    attributes = {"__module__": __name__, "Meta": type("Meta", (), {"app_label": "attendance"}), **fields}
    try:
        return type(name, (models.Model,), attributes)
    finally:
        apps.all_models["attendance"].pop(name.lower(), None)
        apps.clear_cache()


class Nothing:
    plain: set[str] = set()
    personal: set[str] = set()
    sensitive: set[str] = set()


class Words:
    plain: set[str] = set()
    personal: set[str] = set()
    sensitive = {"words"}


def test_a_new_table_about_a_member_is_noticed():
    book = made_up("Book", member=models.ForeignKey("members.Member", models.CASCADE, related_name="+"))
    assert shelves.forgotten([book]) == ["attendance.book.member"]


def test_a_new_table_of_what_somebody_wrote_is_noticed():
    book = made_up("Guestbook", by=models.ForeignKey(User, models.CASCADE, related_name="+"))
    assert shelves.forgotten([book]) == ["attendance.guestbook.by"]


def test_a_new_table_about_a_visit_is_noticed():
    book = made_up("Remark", visit=models.ForeignKey(Visit, models.CASCADE, related_name="+"), Privacy=Nothing)
    assert shelves.forgotten([book]) == ["attendance.remark.visit"]


def test_a_new_table_with_words_that_leads_to_nobody_is_noticed():
    book = made_up("Loose", words=models.TextField(), Privacy=Words)
    assert shelves.forgotten([book]) == ["attendance.loose"]


@pytest.mark.parametrize("shelf", shelves.ALL, ids=lambda it: it.model)
def test_every_column_has_words(shelf):
    assert all(words.column_words(it) for it in shelf.shown())


@pytest.mark.parametrize("shelf", shelves.ALL, ids=lambda it: it.model)
def test_what_a_shelf_names_is_there(shelf):
    columns = {it.name for it in shelf.table._meta.concrete_fields}
    assert {*shelf.secret, *shelf.left_out, *shelf.through} <= columns
    others = {it.name for it in shelf.shown() if it.remote_field and it.related_model is not User}
    assert others == set(shelf.through) - shelf.ways
    assert shelf.topic in shelves.TOPICS


def test_what_is_counted_or_left_out_is_there():
    for relation in shelves.COUNTED:
        label, _dot, name = relation.rpartition(".")
        assert apps.get_model(label)._meta.get_field(name).related_model in shelves.PEOPLE
    assert all(apps.get_model(label) for label in shelves.LEFT_OUT)


@pytest.mark.django_db
def test_each_shelf_opens(world):
    for person in (world.amara, world.noor, world.sam):
        held = held_about(person)
        assert [topic for topic, _words, _drawers in held.topics] == list(shelves.TOPICS)
    assert isinstance(world.sam, Staff)


@pytest.mark.django_db
def test_one_column_of_a_visit_in_both_dresses(amara):
    visit = make.visit(amara, arrived="09:00", left="12:00", unit=make.unit("Kitchen"))
    found = drawer(shelves.SHELVES["attendance.visit"], Reader(amara))
    thing = found.things[0]
    said = dict(zip([it.name for it in found.columns], zip(thing.raw, thing.said, strict=True), strict=True))
    assert said["unit"] == ("Kitchen", "Kitchen")
    assert said["arrived_at"][0].startswith(f"{visit.day}T09:00:00") and said["arrived_at"][1].endswith(", 9 am")
    assert said["ending"] == ("known", "time out known")
    assert found.count == 1
