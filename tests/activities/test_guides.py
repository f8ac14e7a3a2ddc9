"""How it is done: short steps with pictures, read by everybody, written by who knows the work."""

import re

import pytest
from django.utils import timezone

from activities import actions, board
from activities.models import CanShow, GuideStep, LibraryTask, Picture
from members.models import AuditRecord
from tests import make
from tests.test_house import ROOT

pytestmark = [pytest.mark.page, pytest.mark.django_db]


@pytest.fixture
def bread(db) -> LibraryTask:
    return LibraryTask.objects.create(unit=make.unit(), title="Bread", places=2)


def says_can_show(member, bread) -> None:
    CanShow.objects.create(library_task=bread, member=member, at=timezone.now())


def write(client, bread, words: str, picture: str = "", step: int | None = None):
    query = f"?step={step}" if step else ""
    return client.post(
        f"/tasks/library/{bread.pk}/guide/write/{query}", {"action": "write", "words": words, "picture": picture}
    )


def press(client, bread, action: str, number: int | str):
    return client.post(f"/tasks/library/{bread.pk}/guide/write/", {"action": action, "number": number})


def steps(bread) -> list[tuple[int, str]]:
    return list(bread.steps.order_by("number").values_list("number", "words"))


def three_steps(bread) -> None:
    for number, words in enumerate(["Knead it.", "Let it rise.", "Bake it."], start=1):
        GuideStep.objects.create(library_task=bread, number=number, words=words)


# -- writing -----------------------------------------------------------------------------------------------------------


def test_a_member_who_can_show_it_writes_how_it_is_done(as_, bread, amara):
    says_can_show(amara, bread)
    client = as_(amara)
    assert write(client, bread, "Knead it.", "wash-hands").status_code == 302
    write(client, bread, "Let it rise.")
    assert list(bread.steps.values_list("number", "words", "picture")) == [
        (1, "Knead it.", "wash-hands"), (2, "Let it rise.", ""),
    ]  # fmt: skip
    record = AuditRecord.objects.first()
    assert (record.verb, record.by, record.subject, record.after) == (
        "write_guide_step", amara.user, f"activities.librarytask {bread.pk}",
        {"words": "Knead it.", "picture": "wash-hands"},
    )  # fmt: skip


def test_a_member_who_did_not_say_so_is_told_how(as_, bread, amara, noor):
    says_can_show(noor, bread)
    three_steps(bread)
    client = as_(amara)
    for response in (
        client.get(f"/tasks/library/{bread.pk}/guide/write/"),
        write(client, bread, "Burn it."),
        write(client, bread, "Burn it.", step=1),
        press(client, bread, "down", 1),
        press(client, bread, "remove", 1),
    ):
        assert response["Location"] == f"/tasks/library/{bread.pk}/guide/"
    html = client.get(f"/tasks/library/{bread.pk}/guide/").content.decode()
    assert "Say “I can show this” on the task first. Then you can write its guide." in html
    assert "/guide/write/" not in html
    assert steps(bread) == [(1, "Knead it."), (2, "Let it rise."), (3, "Bake it.")]
    assert AuditRecord.objects.count() == 0


@pytest.mark.parametrize("change", ["write_guide_step", "move_guide_step", "remove_guide_step"])
def test_the_action_itself_refuses_who_cannot_show_it(change, bread, amara):
    details = {"write_guide_step": {"words": "Burn it."}, "move_guide_step": {"number": 1, "to": 2}}
    with pytest.raises(actions.NotYoursToWrite):
        getattr(actions, change)(library_task=bread, by=amara.user, **details.get(change, {"number": 1}))


def test_staff_write_every_guide(as_, bread, sam):
    write(as_(sam), bread, "Knead it.")
    assert steps(bread) == [(1, "Knead it.")]


def test_a_step_is_said_in_other_words(as_, bread, sam):
    three_steps(bread)
    client = as_(sam)
    assert "Let it rise." in client.get(f"/tasks/library/{bread.pk}/guide/write/?step=2").content.decode()
    write(client, bread, "Wait an hour.", "clock", step=2)
    write(client, bread, "Wait an hour.", "clock", step=2)
    assert steps(bread) == [(1, "Knead it."), (2, "Wait an hour."), (3, "Bake it.")]
    assert AuditRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "picture", "wrong"),
    [
        ("", "", {"words": ["Say in a few words what to do."]}),
        ("x" * 161, "", {"words": ["Keep a step under 160 letters. The rest can be a step of its own."]}),
        ("Knead it.", "photo-of-noor.jpg", {"picture": ["Choose one of the pictures."]}),
    ],
)
def test_what_is_not_right_is_said_beside_its_field(words, picture, wrong, as_, bread, sam):
    response = write(as_(sam), bread, words, picture)
    assert {name: list(found) for name, found in response.context["form"].errors.items()} == wrong
    assert steps(bread) == []


def test_a_guide_stays_short(as_, bread, sam):
    for number in range(1, 13):
        GuideStep.objects.create(library_task=bread, number=number, words=f"Step {number}.")
    client = as_(sam)
    response = write(client, bread, "One more.")
    assert list(response.context["form"].errors["words"]) == [
        "Twelve steps are enough. Put two into one, or take one out."
    ]
    assert bread.steps.count() == 12
    write(client, bread, "The last one.", step=12)
    assert steps(bread)[-1] == (12, "The last one.")


@pytest.mark.parametrize(
    ("action", "number", "order"),
    [
        ("up", 2, ["Let it rise.", "Knead it.", "Bake it."]),
        ("down", 2, ["Knead it.", "Bake it.", "Let it rise."]),
        ("up", 1, ["Knead it.", "Let it rise.", "Bake it."]),
        ("down", 3, ["Knead it.", "Let it rise.", "Bake it."]),
        ("up", 9, ["Knead it.", "Let it rise.", "Bake it."]),
        ("up", "x", ["Knead it.", "Let it rise.", "Bake it."]),
        ("remove", 1, ["Let it rise.", "Bake it."]),
        ("remove", 3, ["Knead it.", "Let it rise."]),
        ("remove", 9, ["Knead it.", "Let it rise.", "Bake it."]),
        ("dance", 1, ["Knead it.", "Let it rise.", "Bake it."]),
    ],
)
def test_steps_change_places_and_are_taken_out(action, number, order, as_, bread, sam):
    three_steps(bread)
    assert press(as_(sam), bread, action, number).status_code == 302
    assert steps(bread) == list(enumerate(order, start=1))


def test_a_step_that_was_taken_out_can_be_written_again_at_once(as_, bread, sam):
    three_steps(bread)
    client, page = as_(sam), f"/tasks/library/{bread.pk}/guide/write/"
    press(client, bread, "remove", 2)
    first, then = (client.get(page).context["form"] for _look in range(2))
    assert (first["words"].value(), then["words"].value()) == ("Let it rise.", None)
    write(client, bread, "Let it rise.")
    assert steps(bread) == [(1, "Knead it."), (2, "Bake it."), (3, "Let it rise.")]


# -- reading -----------------------------------------------------------------------------------------------------------


def test_everybody_reads_the_guide_and_whom_to_ask(as_, bread, amara, noor, rosa):
    three_steps(bread)
    noor.board_name = noor.BoardName.NONE
    noor.save()
    for member in (rosa, noor):
        says_can_show(member, bread)
    html = as_(amara).get(f"/tasks/library/{bread.pk}/guide/").content.decode()
    assert re.findall(r'guide-words">(.*?)<', html) == ["Knead it.", "Let it rise.", "Bake it."]
    assert "Rosa" in html and "Noor" not in html


def test_the_card_of_a_task_leads_to_its_guide(as_, bread, amara, sam):
    task = actions.post_from_library(library_task=bread, day=timezone.localdate(), by=sam.user)
    link, client = f"/tasks/library/{bread.pk}/guide/", as_(amara)
    assert link not in client.get("/tasks/").content.decode()
    three_steps(bread)
    assert link in client.get("/tasks/").content.decode()
    assert board.card(task, amara.user).task.has_guide


# -- pictures ----------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_every_picture_is_drawn_and_every_drawing_can_be_chosen():
    drawn = re.findall(r'<symbol id="([\w-]+)" viewBox="0 0 48 48">', (ROOT / "static/guide.svg").read_text())
    assert sorted(drawn) == sorted(Picture.values)
    assert len(drawn) == len(set(drawn)) >= 24
