"""What holds for all of the program: nothing typed is run, nobody else's form is taken, and an error tells nothing."""

import ast
import re
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from members import actions, sign_in
from members.models import Invitation, Member, Role, Tablet
from tests import make
from tests.test_doors import is_in, try_to_sign_in

pytestmark = pytest.mark.page
ROOT = Path(__file__).resolve().parent.parent
APPS = ("clubhouse", "members", "activities", "attendance")
HOSTILE = "<script>alert('Canary')</script>\"'>"


def sources() -> dict[str, str]:
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    return {str(path.relative_to(ROOT)): path.read_text() for path in files}


# -- Nothing typed is run ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/members/", "/members/{pk}/", "/members/{pk}/edit/"])
def test_what_somebody_typed_stands_on_a_page_as_text(dana, as_, page):
    member = make.member("Amara Okafor")
    Member.objects.filter(pk=member.pk).update(first_name=HOSTILE, name_to_use=HOSTILE)
    shown = as_(dana).get(page.format(pk=member.pk)).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown


def unescaped(text: str) -> list[str]:
    return re.findall(r"\|\s*safe(?:seq)?\b|autoescape\s+off", text)


def test_no_page_switches_escaping_off():
    """Only letters, which are plain text and no pages."""
    pages = {path: path.read_text() for path in (ROOT / "templates").rglob("*.html")}
    assert len(pages) > 200
    assert [str(path) for path, text in pages.items() if unescaped(text)] == []
    assert unescaped("{{ name|safe }}")


RUNS = {"eval", "exec", "compile", "system", "popen", "loads_pickle"}
DANGEROUS_MODULES = {"pickle", "marshal", "shelve", "yaml", "xml"}


def dangers(text: str) -> set[str]:
    """What in a source could run, or unpack, or ask the database for something that was typed."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
            found |= {name for name in names if name.split(".")[0] in DANGEROUS_MODULES}
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if isinstance(node.func, ast.Name) and called in RUNS or called in {"system", "popen"}:
                found.add(called)
            if any(word.arg == "shell" for word in node.keywords):
                found.add("shell")
            if called in {"raw", "extra", "RawSQL"} or (called == "execute" and has_made_up_sql(node)):
                found.add(called)
    return found


def has_made_up_sql(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.BinOp | ast.JoinedStr)


def test_nothing_that_was_typed_is_run_unpacked_or_put_into_a_question_to_the_database():
    found = {name: dangers(text) - KNOWN.get(name, set()) for name, text in sources().items()}
    assert {name: what for name, what in found.items() if what} == {}


# Looked at one by one: names of tables and columns are quoted into them from our own models, and values are parameters.
KNOWN = {
    "clubhouse/keeping/tables.py": {"execute"},
    "clubhouse/keeping/houses.py": {"execute"},
    "clubhouse/keeping/scratch.py": {"execute"},
    "clubhouse/keeping/sequences.py": {"execute"},
    "attendance/forgetting/sweeping.py": {"execute"},
}


@pytest.mark.parametrize(
    "text",
    [
        "eval(text)",
        "os.system(text)",
        "subprocess.run(text, shell=True)",
        "import pickle",
        "from xml.etree import ElementTree",
        "Member.objects.raw(text)",
        'cursor.execute(f"SELECT {text}")',
    ],
)
def test_a_source_that_does_is_noticed(text):
    assert dangers(text)


# -- Nobody else's form ------------------------------------------------------------------------------------------------


def test_a_form_from_elsewhere_changes_nothing(amara):
    amara.user.set_password(make.PASSWORD)
    amara.user.save()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(amara.user, backend="members.sign_in.Backend")
    answer = browser.post("/me/edit/", {"name_to_use": "Boss", "board_name": "short"})
    amara.refresh_from_db()
    assert (answer.status_code, amara.name_to_use) == (403, "")


def test_a_field_that_a_page_does_not_offer_is_not_taken(dana, amara, as_):
    """Neither a member's own page nor the coordinator's form makes anybody a keeper."""
    as_(amara).post("/me/edit/", {"name_to_use": "Ama", "board_name": "short", "role": "coordinator", "is_staff": "1"})
    browser = make.just_signed_in(as_(dana), dana)
    more = {"is_staff": "on", "is_superuser": "on", "password": "x", "is_sample": "on"}
    browser.post(f"/logins/{amara.user.pk}/", {"username": "amara", "email": "", "role": "member"} | more)
    amara.user.refresh_from_db()
    user = amara.user
    assert (user.role, user.is_staff, user.is_superuser, user.is_sample) == (Role.MEMBER, False, False, False)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
def test_methods_that_no_page_knows_are_refused(amara, as_, method):
    assert as_(amara).generic(method, "/me/").status_code == 405


# -- Who asks ----------------------------------------------------------------------------------------------------------


def guess_from_many(times: int = 8) -> None:
    for n in range(times):
        browser = Client(headers={"X-Forwarded-For": f"203.0.113.{n}"})
        browser.post("/accounts/login/", {"login": "amara", "password": "guess"})


def test_an_address_that_somebody_claims_to_have_is_not_believed(amara):
    """On one computer there is no proxy, so nothing in a header counts."""
    amara.user.set_password(make.PASSWORD)
    amara.user.save()
    guess_from_many()
    browser = Client()
    try_to_sign_in(browser, make.PASSWORD, address="127.0.0.1")
    assert not is_in(browser)


def test_behind_the_proxy_the_address_that_the_proxy_saw_counts(settings, db):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "192.0.2.66, 203.0.113.9"})
    assert sign_in.ratelimit.get_ip(request) == "203.0.113.9"
    assert "header_up -Forwarded" in (ROOT / "deploy" / "Caddyfile").read_text()


# -- Keys and errors ---------------------------------------------------------------------------------------------------


def test_what_opens_a_door_cannot_be_guessed_and_is_kept_as_a_digest(dana, amara):
    """Cards that people type: 79 bits, for 72 hours. What only machines send: 128 bits and more."""
    tokens = {actions.invite(user=amara.user, by=dana.user) for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token.replace("-", "")) == 16 for token in tokens)
    tablet = make.paired_tablet()[0].cookies["tablet"].value
    assert len(tablet) >= 22
    browser = Client()
    browser.force_login(amara.user, backend="members.sign_in.Backend")
    assert len(browser.cookies["sessionid"].value) >= 26  # of 36 letters: 134 bits
    kept = {
        *Invitation.objects.values_list("token_digest", flat=True),
        *Tablet.objects.values_list("token_digest", flat=True),
    }
    assert not kept & {*tokens, tablet}


def test_an_error_tells_the_visitor_nothing_of_the_program(settings, amara, monkeypatch):
    settings.DEBUG = False

    def breaks(*arguments, **kwargs):
        raise RuntimeError("canary of the inside")

    monkeypatch.setattr("clubhouse.views._greeting", breaks)
    browser = Client(raise_request_exception=False)
    browser.force_login(amara.user, backend="members.sign_in.Backend")
    answer = browser.get(reverse("home"))
    assert answer.status_code == 500
    assert not re.search("canary|RuntimeError|Traceback|/site-packages/|Django", answer.content.decode())


def test_nobody_can_switch_the_pages_for_programmers_on():
    """There is no setting for it: Django's own default is off, and nothing of ours changes it."""
    assert not [name for name, text in sources().items() if re.search(r"^\s*DEBUG\s*=|\.DEBUG\s*=", text, re.MULTILINE)]
