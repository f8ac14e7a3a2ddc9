"""Somebody changes an entry at the moment when it turns out to be somebody else's."""

import pytest

from members import audit
from members.actions import edit_member, look_at_member
from members.models import AuditRecord, Member
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def again(amara):
    """Found on the roll, and merged before anything is written."""
    found = make.member("Amara Okafr")
    Member.objects.filter(pk=found.pk).update(merged_into=amara)
    return found


def test_nothing_is_written_down_for_it_any_more(again, sam):
    with pytest.raises(audit.MergedMeanwhile, match="Please do it once more."):
        edit_member(member=again, by=sam.user, pronouns="she")
    assert (Member.objects.get(pk=again.pk).pronouns, AuditRecord.objects.count()) == ("", 0)
    audit.record(by=sam.user, verb="look", about=None)
    assert list(audit.broken_records()) == []


def test_a_look_at_its_page_was_a_look_at_the_person(amara, again, sam):
    look_at_member(member=again, by=sam.user)
    assert list(AuditRecord.objects.values_list("verb", "about")) == [("look_at_member", amara.pk)]


def test_the_page_says_so(amara, dana, as_, monkeypatch):
    unit, client = make.unit("Kitchen"), as_(dana)
    monkeypatch.setattr(audit.AuditHead.objects.all().__class__, "update", lambda rows, **values: 0)
    answer = client.post(f"/house/units/{unit.pk}/members/", {"action": "add", "member": amara.pk})
    monkeypatch.undo()
    assert answer.url == "/"
    assert [str(m) for m in client.get("/").context["messages"]] == [
        "Two entries of this person were joined a moment ago. Please do it once more."
    ]
    assert not unit.members.exists()
