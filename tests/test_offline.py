"""What a tablet may keep: one page without names, and what that page needs."""

import json
import re

import pytest
from django.test import Client

from clubhouse import offline
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def files(script: str) -> list[str]:
    found = re.search(r"const FILES = (\[.*?\]);", script)
    return json.loads(found[1].replace("\\u002D", "-"))


def test_the_worker_keeps_the_page_without_names_and_nothing_personal(amara, sam, as_):
    make.house(name="Elm House")
    answer = as_(sam).get("/sw.js")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript")
    kept = files(answer.content.decode())
    assert kept[0] == "/offline/"
    assert {path.split("/")[1] for path in kept[1:]} == {"static"}
    assert answer.content == Client().get("/sw.js").content  # the same for everybody
    page = as_(sam).get("/offline/").content.decode()
    assert page == Client().get("/offline/").content.decode()
    for name in ("Elm House", "Sam", "Amara"):
        assert name not in page


def test_a_changed_page_is_another_version(monkeypatch):
    before = Client().get("/sw.js").content
    assert Client().get("/sw.js").content == before
    monkeypatch.setattr(offline, "SHELL", offline.SHELL[:-1])
    assert Client().get("/sw.js").content != before


def test_every_file_the_page_needs_is_kept():
    page = Client().get("/offline/").content.decode()
    needed = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    assert needed <= set(files(Client().get("/sw.js").content.decode()))
    assert len(needed) > 6


def test_a_tablet_can_put_the_house_on_its_screen():
    make.house(name="Elm House")
    about = Client().get("/manifest.webmanifest")
    assert about["Content-Type"] == "application/manifest+json"
    known = about.json()
    assert (known["name"], known["start_url"], known["display"]) == ("Elm House", "/arrivals/", "standalone")
    assert {icon["sizes"] for icon in known["icons"]} == {"192x192", "512x512", "any"}
