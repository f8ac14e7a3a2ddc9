"""Thanks in words on what is done: for everybody to read, by name as each allows, taken back by whoever wrote them."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from activities import actions
from activities.models import Thanks
from members.models import AuditRecord
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lunch(db):
    return make.task("Lunch", done_at=timezone.now())


def thank(client, task, words: str, **extra):
    return client.post(reverse("activities:give_thanks", args=[task.pk]), {"words": words}, **extra)


def said(client, response) -> str:
    html = client.get(response.headers["Location"]).content.decode().split('id="messages"')[1]
    return re.sub(r"\s+", " ", re.search(r"<p>(.*?)</p>", html, re.DOTALL)[1]).strip()


def test_noor_says_thanks_and_takes_it_back(lunch, noor):
    thanks = actions.give_thanks(task=lunch, words=" Lovely   soup! ", by=noor.user)
    assert actions.give_thanks(task=lunch, words="Lovely soup!", by=noor.user) == thanks
    assert list(Thanks.objects.values_list("task", "words", "by")) == [(lunch.pk, "Lovely soup!", noor.user.pk)]
    actions.take_back_thanks(thanks=thanks, by=noor.user)
    actions.take_back_thanks(thanks=thanks, by=noor.user)
    assert not Thanks.objects.exists()
    records = list(AuditRecord.objects.order_by("seq").values_list("verb", "about"))
    assert records == [("give_thanks", noor.pk), ("take_back_thanks", noor.pk)]
    assert "soup" not in str(list(AuditRecord.objects.values_list("before", "after", "why")))


def test_thanks_come_when_it_is_done(noor):
    for task in (make.task("Lunch"), make.task("Lunch", done_at=timezone.now(), called_off_at=timezone.now())):
        with pytest.raises(actions.NothingDoneYet, match="Thanks come when “Lunch” is done."):
            actions.give_thanks(task=task, words="Lovely!", by=noor.user)


@pytest.mark.parametrize("word", ["missed", "Absent", "must", "required", "compliance", "OVERDUE"])
def test_words_that_nobody_is_told(word, lunch, noor):
    with pytest.raises(actions.SayItOtherwise) as refusal:
        actions.give_thanks(task=lunch, words=f"You {word}, thanks", by=noor.user)
    assert str(refusal.value) == f"Please say it without the word “{word}”."
    assert not Thanks.objects.exists()


def test_one_person_says_it_once(lunch, noor):
    actions.give_thanks(task=lunch, words="Lovely!", by=noor.user)
    with pytest.raises(actions.ThankedAlready, match="Take it back to say it anew"):
        actions.give_thanks(task=lunch, words="Lovely soup!", by=noor.user)


def test_amara_does_not_take_back_what_noor_wrote_but_sam_may(lunch, amara, noor, sam):
    thanks = actions.give_thanks(task=lunch, words="Lovely!", by=noor.user)
    with pytest.raises(actions.NotYourThanks, match="somebody else's thanks"):
        actions.take_back_thanks(thanks=thanks, by=amara.user)
    actions.take_back_thanks(thanks=thanks, by=sam.user)
    assert not Thanks.objects.exists()


def test_on_the_card_by_name_as_each_allows(lunch, as_, amara, noor, rosa, sam):
    for person, choice, words in [(noor, "full", "Lovely!"), (rosa, "none", "So good."), (amara, "short", "Mmm.")]:
        person.board_name = choice
        person.save()
        actions.give_thanks(task=lunch, words=words, by=person.user)
    actions.give_thanks(task=lunch, words="The soup!", by=sam.user)
    html = as_(amara).get("/tasks/").content.decode()
    assert re.findall(r"<q>(.*?)</q>\s*(?:<bdi class=\"soft\">(.*?)</bdi>)?", html) == [
        ("Lovely!", "Noor Haddad"), ("So good.", ""), ("Mmm.", "Amara O."), ("The soup!", "Sam"),
    ]  # fmt: skip
    assert html.count("Take it back") == 1  # her own


def test_from_the_card_and_back(lunch, as_, noor):
    client = as_(noor)
    answer = thank(client, lunch, "Lovely soup!", headers={"HX-Request": "true"}).content.decode()
    assert "<q>Lovely soup!</q>" in answer and "Your thanks stand on the board." in answer and "<details" not in answer
    thanks = Thanks.objects.get()
    answer = client.post(reverse("activities:take_back_thanks", args=[thanks.pk]))
    assert said(client, answer) == "These thanks are gone from the board."
    assert not Thanks.objects.exists()


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {}], ids=["swapped in place", "without JavaScript"])
def test_words_that_do_not_pass_stay_in_the_field(headers, lunch, as_, noor):
    answer = thank(as_(noor), lunch, "You must rest", headers=headers).content.decode()
    assert "Please say it without the word “must”." in answer and 'value="You must rest"' in answer
    assert "<details" in answer and not Thanks.objects.exists()


@pytest.mark.parametrize(("words", "sentence"), [("  ", "Write a few words first."), ("x" * 201, "Keep it under 200")])
def test_odd_words(words, sentence, lunch, as_, noor):
    assert sentence in thank(as_(noor), lunch, words).content.decode().split('id="messages"')[1]
    assert not Thanks.objects.exists()
