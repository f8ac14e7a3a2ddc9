"""What every page owes to everybody: one main heading, a way past the menu, no sideways scrolling, and axe at peace."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

axe = Axe()
# Everything that axe looks for, and what it leaves to those who ask: targets of 24 pixels and text of 7 : 1.
LOOK_FOR = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}, "color-contrast-enhanced": {"enabled": True}},
}
# What may be otherwise in the dark, or on a narrow screen.
AT_NIGHT_ON_A_PHONE = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "rule",
        "values": [
            "color-contrast",  # under 4.5 : 1; the enhanced one begins there
            "color-contrast-enhanced",
            "link-in-text-block",
            "scrollable-region-focusable",
            "target-size",
        ],
    },
}
# Colours are measured where they come to rest, not half-way.
HOLD_STILL = """
addEventListener("DOMContentLoaded", () => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
});
"""
NARROW = {"width": 320, "height": 640}


def assert_well_made(page: Page, heading: str = "") -> None:
    """The page as it is now; with a `heading`, once that is there."""
    if heading:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.wait_for_load_state()
    assert_frame(page)
    assert_axe_is_at_peace(page, LOOK_FOR)


def assert_axe_is_at_peace(page: Page, options: dict) -> None:
    results = axe.run(page, options=options)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"


def assert_well_made_at_night_on_a_phone(page: Page) -> None:
    """The same page dark and 320 pixels wide, then back as it was."""
    size = page.viewport_size
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(NARROW)
    assert_no_sideways_scrolling(page)
    assert_axe_is_at_peace(page, AT_NIGHT_ON_A_PHONE)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(size)


def assert_frame(page: Page) -> None:
    found = page.evaluate(
        """() => ({
            lang: document.documentElement.lang,
            h1: document.querySelectorAll("h1").length,
            main: document.querySelectorAll("main").length,
            title: document.title.trim() !== "",
            first_link: document.querySelector("a[href]").getAttribute("href"),
            skip_leads_to: document.querySelector("a[href^='#']").hash.slice(1) === document.querySelector("main").id,
        })"""
    )
    right = {"lang": "en", "h1": 1, "main": 1, "title": True, "first_link": "#main", "skip_leads_to": True}
    assert found == right, f"{page.url} {found}"


def assert_no_sideways_scrolling(page: Page) -> None:
    page.wait_for_load_state()
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            Array.from(document.body.querySelectorAll("*"))
                .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
                .map((one) => one.outerHTML.slice(0, 120)).slice(0, 5)"""
    )
    assert wide == [], f"{page.url} {wide}"


def assert_targets(page: Page, pixels: int = 44) -> None:
    """Whatever a finger is meant for is as large as that; links in a sentence are as large as their words."""
    small = page.evaluate(
        """(pixels) => {
            const inWords = (one) => one.tagName === "A" && getComputedStyle(one).display === "inline";
            const isBox = (one) => one.matches("[type=checkbox], [type=radio]");
            const touched = (one) => isBox(one) ? one.closest("label, .form-check") : one;
            const isSmall = (box) => box.height < pixels - 0.5 || box.width < pixels - 0.5;
            return Array.from(document.querySelectorAll("main :is(button, summary, select, a, input)"))
                .filter((one) => one.type !== "hidden" && one.checkVisibility() && !inWords(one))
                .map(touched).filter((one) => isSmall(one.getBoundingClientRect()))
                .map((one) => one.outerHTML.slice(0, 120)).slice(0, 5);
        }""",
        pixels,
    )
    assert small == [], f"{page.url} {small}"
