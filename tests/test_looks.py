"""The looks keep their word: contrast in both themes, no inline script or style, every icon drawn."""

import itertools
import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from members.templatetags.house import device, icon, names_apart

ROOT = Path(__file__).parent.parent
CSS = {path.name: path.read_text() for path in sorted((ROOT / "static/css").glob("*.css"))}
TEMPLATES = {str(path.relative_to(ROOT)): path.read_text() for path in sorted((ROOT / "templates").rglob("*.html"))}

GROUNDS = ["ground", "paper", "sunken", "green-tint", "sun-tint", "clay-tint"]
TEXTS = [
    *itertools.product(["ink", "soft", "green", "clay"], GROUNDS),
    ("on-green", "green"),
    ("on-green", "green-deep"),
    ("green-deep", "paper"),
    ("on-sun", "sun"),
    ("on-choice", "choice"),
    ("ink", "heat-1"),
    ("ink", "heat-2"),
    ("on-heat-3", "heat-3"),
    ("on-heat-4", "heat-4"),
]
EDGES = [
    *itertools.product(["edge", "focus", "sun-edge"], GROUNDS),
    *itertools.product([f"unit-{number}" for number in range(1, 9)], ["ground", "paper", "sunken", "sun-tint"]),
]


def tokens(selector: str) -> dict[str, str]:
    """The colours (#rrggbb) that tokens.css sets under the line `selector`."""
    css = CSS["tokens.css"]
    start = css.index(selector) + len(selector)
    block = css[start : css.index("}", start)]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT = tokens("/* light */")
DARK = tokens(':root[data-theme="dark"] {')
DARK_BY_THE_SYSTEM = tokens("@media (prefers-color-scheme: dark) {")


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_itself():
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_are_read_easily(theme):
    weak = {pair: round(contrast(theme[pair[0]], theme[pair[1]]), 2) for pair in TEXTS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 7} == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_are_seen(theme):
    weak = {pair: round(contrast(theme[pair[0]], theme[pair[1]]), 2) for pair in EDGES}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 3} == {}


def test_dark_is_the_same_by_choice_and_by_the_system():
    assert DARK == DARK_BY_THE_SYSTEM
    assert set(DARK) == set(LIGHT)


def test_colours_live_in_the_tokens():
    """A colour outside tokens.css would be right in one theme only. Paper is paper; a QR code and a logo need white."""
    on_screen = {name: re.sub(r"@media print \{.*?\n\}\n", "", css, flags=re.DOTALL) for name, css in CSS.items()}
    strays = {
        name: re.findall(r"#[0-9a-f]{3,8}\b", css)
        for name, css in on_screen.items()
        if name not in {"tokens.css", "print.css"}
    }
    assert {name: found for name, found in strays.items() if found} == {
        "frame.css": ["#ffffff", "#ffffff"],
        "welcome.css": ["#ffffff"],
    }


def test_every_token_in_use_is_laid_down():
    laid = set(re.findall(r"--([\w-]+):", "".join(CSS.values())))
    used = set(re.findall(r"var\(--([\w-]+)", "".join(CSS.values())))
    assert used - laid == set()


def test_no_motion_and_no_outline_taken_away():
    assert [name for name, css in CSS.items() if "@keyframes" in css] == []
    assert re.findall(r"([^{}]+)\{\s*outline: (?:none|0)", CSS["page.css"]) == [
        '\n\n/* A heading that took the focus after a swap needs no ring. */\n[tabindex="-1"]:focus '
    ]


INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|<script(?![^>]*\b(?:src=|type=\"application/json\"))|(?:src|href)=\"(?:https?:)?//",
    re.IGNORECASE,
)


@pytest.mark.parametrize("line", ['<p style="a">', "<script>x</script>", '<b onclick="x">', '<img src="https://a/b">'])
def test_the_look_for_inline_things_finds_them(line):
    assert INLINE.search(line)


def test_nothing_inline_and_nothing_from_elsewhere():
    assert {name: found.group() for name, text in TEMPLATES.items() if (found := INLINE.search(text))} == {}


def test_every_icon_is_drawn():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons.svg").read_text()))
    named = {
        name
        for text in TEMPLATES.values()
        for name in re.findall(r'{% icon "([\w-]+)"|icon_name="([\w-]+)"', text)
        for name in name
        if name
    }
    assert named - drawn == set()
    assert {"expected", "recent", "here", "left", "away", "look"} - drawn == set()


def test_an_icon_stands_beside_its_word_only():
    assert icon("here") == (
        '<svg class="icon icon-here" aria-hidden="true" focusable="false">'
        '<use href="/static/icons.svg#here"></use></svg>'
    )


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14; Tablet) Chrome/130.0 Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox, Linux"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_device_is_called_by_a_name_people_know(sent, said):
    assert device(sent) == said


def test_vendored_files_name_no_map():
    assert [p.name for p in (ROOT / "static").rglob("*.*s") if b"sourceMappingURL" in p.read_bytes()] == []


def test_a_broken_house_still_says_so():
    """500.html is drawn without context and without a database (this test has none)."""
    page = get_template("500.html").render()
    assert page.count("<h1>") == 1
    assert "Something broke on our side" in page


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("Saved. Welcome, سلمى!", "Saved. Welcome, \u2068سلمى\u2069!"),
        ("Saved. יוסי בן-חיים left at 2 pm.", "Saved. \u2068יוסי בן-חיים\u2069 left at 2 pm."),
        ("Saved. Zoë left at 2 pm.", "Saved. Zoë left at 2 pm."),
    ],
)
def test_a_name_from_right_to_left_does_not_turn_its_sentence_round(sentence, shown):
    assert names_apart(sentence) == shown
