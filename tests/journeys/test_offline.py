"""Bad wifi: nothing that was tapped is lost, nothing is doubled, and nobody's name stays on the tablet."""

import datetime as dt
import os
import random
import signal
import time
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from activities.models import SignUp
from attendance.actions import log_leaving
from attendance.models import Mark, Visit
from members.models import AuditRecord
from tests import make
from tests.journeys.conftest import NOTHING_WAITS, TUESDAY, session_of
from tests.journeys.well_made import assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABLET = {"width": 820, "height": 1180}
STORAGE = """async () => {
  const kept = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
  for (const {name} of await indexedDB.databases()) {
    const open = indexedDB.open(name);
    const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
    for (const store of db.objectStoreNames) {
      const rows = db.transaction(store).objectStore(store).getAll();
      kept.push(JSON.stringify(await new Promise((done) => { rows.onsuccess = () => done(rows.result); })));
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      kept.push(request.url, await (await cache.match(request)).text());
    }
  }
  return kept.join("\\n");
}"""


@pytest.fixture
def thirty(on_tuesday_at_ten):
    """Thirty people who signed up for lunch, so that reception expects them; every name is a canary."""
    lunch = make.task("Lunch for 50", places=40)
    people = [make.member(f"P{n:02} Canary{n}", member_no=f"CANARY{n:02}") for n in range(30)]
    for member in people:
        SignUp.objects.create(task=lunch, member=member, at=timezone.now(), by=make.account(member))
    return people


def tap(page: Page, people, action: str = "arrive") -> None:
    for member in people:
        tile = page.locator(f"#person-{member.pk}")
        tile.locator(f"[name=action][value={action}]").first.click()
        expect(tile).to_have_attribute("data-state", "here" if action == "arrive" else "left")


def all_saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_attribute("data-saved", "all", timeout=30_000)
    expect(page.locator(".tile.is-waiting")).to_have_count(0)


def assert_stored_once(people) -> None:
    assert sorted(Visit.objects.values_list("member", flat=True)) == sorted(member.pk for member in people)
    assert Mark.objects.count() == len(people)
    assert AuditRecord.objects.filter(verb="attendance.log_arrival").count() == len(people)


@pytest.fixture
def tablet(tmp_path, live_server, chromium):
    """A browser with a memory on the disk, that can be killed and started again: `tablet(sam)`."""
    running = []

    def start(person) -> Page:
        context = chromium.browser_type.launch_persistent_context(
            str(tmp_path / "tablet"),
            executable_path=os.environ["TEST_BROWSER"],
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
            viewport=TABLET,
            base_url=live_server.url,
        )
        running.append(context)
        context.add_cookies([{"name": "sessionid", "value": session_of(person.user), "url": live_server.url}])
        return context.pages[0]

    yield start
    for context in running:
        try:
            context.close()
        except Exception:  # it was killed
            continue


def kill(folder: Path) -> None:
    """As when the battery dies: every process of the browser that uses `folder`."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(folder).encode() in entry.read_bytes():
                os.kill(int(entry.parent.name), signal.SIGKILL)
        except (OSError, ProcessLookupError):
            continue


@pytest.mark.once
def test_thirty_taps_outlive_a_dead_wifi_and_a_dead_battery(tablet, thirty, sam, tmp_path):
    page = tablet(sam)
    page.goto("/arrivals/")
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)
    tap(page, thirty)
    expect(page.locator("#saved")).to_have_text("Offline - 30 saved on this tablet")
    kept = page.evaluate(STORAGE)
    assert kept.count('"tapped_at":"') == 30
    assert "CANARY" not in kept.upper()
    assert Visit.objects.count() == 0

    kill(tmp_path / "tablet")
    page = tablet(sam)
    page.context.set_offline(True)
    page.goto("/arrivals/")  # the page without names, from the tablet's own memory
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection just now")
    expect(page.locator("#kept")).to_have_text("Offline - 30 saved on this tablet")
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_attribute("data-saved", "all", timeout=30_000)
    assert_stored_once(thirty)
    expect(page.locator("[data-state=here]")).to_have_count(30)
    assert page.evaluate("clubhouseTaps.all()") == []
    assert "CANARY" not in page.evaluate(STORAGE).upper()


@pytest.mark.once
@pytest.mark.slow
def test_a_name_in_the_storage_would_be_seen(window, thirty, sam):
    page = window(sam)
    page.goto("/arrivals/")
    page.evaluate("localStorage.setItem('last', document.querySelector('.tile-name').textContent + ' Canary')")
    assert "CANARY" in page.evaluate(STORAGE).upper()


@pytest.mark.once
def test_signed_out_meanwhile(window, thirty, rosa, complaints):
    """The session ends while Rosa's tablet has no connection; she signs in again, and what she tapped is stored."""
    rosa.user.set_password(make.PASSWORD)
    rosa.user.save()
    page = window(rosa, size=(820, 1180))
    page.goto("/arrivals/")
    page.context.set_offline(True)
    tap(page, thirty[:3])
    Session.objects.all().delete()
    page.context.set_offline(False)
    page.wait_for_url("**/accounts/login/**")
    page.get_by_label("Username or e-mail").fill("rosa")
    page.get_by_label("Password", exact=True).fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in").first.click()
    page.wait_for_url("**/arrivals/")
    all_saved(page)
    assert_stored_once(thirty[:3])
    assert set(Mark.objects.values_list("by__username", flat=True)) == {"rosa"}
    complaints[:] = [one for one in complaints if not one.startswith(("401 ", "net::ERR_INTERNET_DISCONNECTED"))]


@pytest.mark.once
def test_two_tablets_mark_the_same_twenty(window, thirty, sam, dana, complaints):
    pages = [window(sam), window(dana)]
    for page in pages:
        page.goto("/arrivals/")
        page.context.set_offline(True)
    tap(pages[0], thirty[:20])
    first_taps = pages[0].evaluate("clubhouseTaps.all()")
    tap(pages[1], thirty[:20])
    for page in reversed(pages):  # the later tablet comes back first
        page.context.set_offline(False)
        all_saved(page)
    assert Visit.objects.here_now().count() == Visit.objects.count() == 20
    assert Mark.objects.count() == 40
    told = {int(one["member"]): dt.datetime.fromisoformat(one["tapped_at"]) for one in first_taps}
    travelled = timezone.now() - time_machine.escape_hatch.datetime.datetime.now(dt.UTC)
    for visit in Visit.objects.all():  # the earlier of the two times, by the clock of the house
        assert abs(visit.arrived_at - travelled - told[visit.member_id]) < dt.timedelta(seconds=0.5)
    for page in pages:
        expect(page.locator("[data-state=here]")).to_have_count(20)
    complaints[:] = [one for one in complaints if not one.startswith("net::ERR_INTERNET_DISCONNECTED")]


@pytest.mark.once
def test_what_the_house_cannot_take_waits_until_somebody_looks(window, thirty, sam, complaints):
    amara = thirty[0]
    make.visit(amara, TUESDAY.date(), "09:00", None)
    page = window(sam, size=(820, 1180))
    page.goto("/arrivals/")
    page.context.set_offline(True)
    tap(page, [amara], "leave")
    Visit.objects.all().delete()  # a colleague took it out of the book meanwhile
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_text("1 needs a look", timeout=30_000)
    aside = page.locator("#set-aside")
    expect(aside).to_contain_text("P00 C.")
    expect(aside).to_contain_text("P00 is not here now. Nothing was changed.")
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    page.reload()
    expect(page.locator("#saved")).to_have_text("1 needs a look")
    aside.get_by_role("button", name="Try again").click()
    expect(aside).to_contain_text("P00 is not here now. Nothing was changed.")
    aside.get_by_role("button", name="Let it go").click()
    expect(aside).to_be_hidden()
    all_saved(page)
    assert (Visit.objects.count(), Mark.objects.count()) == (0, 0)
    complaints[:] = [one for one in complaints if not one.startswith(("422 ", "net::ERR_INTERNET_DISCONNECTED"))]


@pytest.mark.once
def test_another_tablets_marks_show_without_a_reload_and_disturb_no_tap(window, thirty, sam, dana):
    one, two = window(sam), window(dana)
    for page in (one, two):
        page.goto("/arrivals/")
    one.evaluate("window.notReloaded = true")
    tap(two, thirty[:3])
    places = one.locator(".tile").evaluate_all("all => all.map((tile) => tile.id)")
    expect(one.locator("[data-state=here]")).to_have_count(3, timeout=8_000)
    expect(one.locator(".here-total")).to_have_text("3 here now")
    assert one.locator(".tile").evaluate_all("all => all.map((tile) => tile.id)") == places  # nothing moved
    two.get_by_role("button", name="One more: visitors").click()
    expect(one.get_by_label("visitors", exact=True)).to_have_value("1", timeout=8_000)
    assert one.evaluate("window.notReloaded")


@pytest.mark.once
@pytest.mark.slow
def test_a_tile_that_only_kept_the_focus_shows_what_others_mark(window, thirty, sam, dana):
    one = window(sam)
    one.clock.install()
    one.goto("/arrivals/")
    tap(one, thirty[:1])
    one.mouse.move(0, 0)  # a pointer on "Undo" keeps the tile as it is
    all_saved(one)
    log_leaving(member=thirty[0], day=Visit.objects.get().day, key=uuid4(), by=dana.user)
    one.clock.run_for(4_000)
    tile = one.locator(f"#person-{thirty[0].pk}")
    expect(tile).to_have_attribute("data-state", "here")  # it is under a finger
    one.clock.run_for(14_000)
    expect(tile).to_have_attribute("data-state", "left", timeout=8_000)
    assert one.evaluate("document.activeElement.closest('.tile').id") == f"person-{thirty[0].pk}"


def random_cuts(pages: list[Page], people, seconds: float) -> None:
    """Each page marks whoever it sees, while its connection comes and goes."""
    chance, until = random.Random(7), time.monotonic() + seconds
    while time.monotonic() < until:
        page = chance.choice(pages)
        if chance.random() < 0.3:
            page.context.set_offline(chance.random() < 0.5)
        tile = page.locator(f"#person-{chance.choice(people).pk}")
        tile.locator(".is-arrive, .is-leave").first.click()
        page.wait_for_timeout(50)


@pytest.mark.slow
def test_five_tablets_with_random_cuts_end_equal_to_the_book(window, thirty, sam, dana, rosa, complaints):
    pages = [window(person) for person in (sam, dana, rosa, sam, dana)]
    for page in pages:
        page.goto("/arrivals/")
    random_cuts(pages, thirty, 60)
    for page in pages:
        page.context.set_offline(False)
        page.mouse.move(0, 0)  # a pointer that rests on "Undo" keeps it there, and the tile as it is
        page.evaluate("clubhouseTaps.send()")
    for page in pages:
        page.evaluate(NOTHING_WAITS)
    assert Visit.objects.here_now().values("member").distinct().count() == Visit.objects.here_now().count()
    here = set(Visit.objects.here_now().values_list("member", flat=True))
    been = set(Visit.objects.values_list("member", flat=True))
    pages[0].wait_for_timeout(15_000)  # each asks every three seconds, and undo keeps a tile for ten
    for page in pages:
        shown = page.locator(".tile").evaluate_all("all => all.map((one) => [one.id, one.dataset.state])")
        states = {int(pk.removeprefix("person-")): state for pk, state in shown}
        assert {pk for pk, state in states.items() if state == "here"} == here
        assert {pk for pk, state in states.items() if state in {"here", "left"}} == been
    complaints.clear()  # cuts and refusals are the story here
