"""The house's logo: what may be one, what becomes of it, where it stands."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from members import actions, pictures
from members.models import AuditRecord, House, HouseLogo
from tests import make

URL = "/house/logo/"
NONE_OF_THEM = "Bring a PNG, JPEG or WebP file. This one is none of them."
BROKEN = "This picture is broken. Save it once more, and bring it again."
TOO_BIG = "This picture is too big. Bring one of 4,000 dots a side or less."
TOO_LARGE = "This file is too large. Bring one of 2 megabytes or less."
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def file(kind: str = "PNG", size=(60, 30), mode: str = "RGB", **options) -> bytes:
    content = io.BytesIO()
    Image.new(mode, size, 90 if mode in {"L", "I;16", "1"} else "#1d5543").save(content, kind, **options)
    return content.getvalue()


def claims(width: int, height: int) -> bytes:
    """A PNG of few bytes that says it is very large: it would be unpacked into all the memory there is."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9000))) + chunk(b"IEND", b"")
    )


def bring(browser: Client, content: bytes, name: str = "logo.png"):
    return browser.post(URL, {"picture": SimpleUploadedFile(name, content)})


def opened(png: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(png))
    picture.load()
    return picture


def test_dana_brings_a_logo_and_takes_it_away_again(dana, amara, as_):
    browser = as_(dana)
    assert "house-logo" not in browser.get("/").content.decode()
    assert bring(browser, file("JPEG", (1200, 600)), "Our logo.jpg").headers["Location"] == URL
    house = House.objects.current()
    address = f"/house/logo-{house.logo_version}.png"
    for page in (as_(amara).get("/"), browser.get(URL), Client().get("/accounts/login/")):
        assert f'src="{address}"\n       alt=""' in page.content.decode()
    picture = Client().get(address)
    assert (picture["Content-Type"], picture["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "immutable" in picture["Cache-Control"]
    assert "no-store" not in as_(amara).get(address)["Cache-Control"]
    assert (opened(picture.content).format, opened(picture.content).size) == ("PNG", (480, 240))
    assert browser.post(f"{URL}remove/").headers["Location"] == URL
    assert "house-logo" not in browser.get("/").content.decode()
    assert Client().get(address).status_code == 404
    assert HouseLogo.objects.count() == 0
    assert [(r.verb, r.by, r.after) for r in AuditRecord.objects.order_by("seq")] == [
        ("edit_logo", dana.user, {"logo_version": house.logo_version}),
        ("remove_logo", dana.user, {"logo_version": ""}),
    ]


def test_the_same_picture_again_is_not_recorded(db):
    for content in (file(), file(), None, None):
        actions.edit_logo(content=content, by=None) if content else actions.remove_logo(by=None)
    assert list(AuditRecord.objects.order_by("seq").values_list("verb", flat=True)) == ["edit_logo", "remove_logo"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (SVG, "logo.svg", NONE_OF_THEM),
        (SVG, "logo.png", NONE_OF_THEM),
        (b"<html>", "logo.png", NONE_OF_THEM),
        (b"not a picture at all", "logo.jpg", NONE_OF_THEM),
        (file("GIF"), "logo.gif", NONE_OF_THEM),
        (file("TIFF"), "logo.png", NONE_OF_THEM),
        (file("PNG", (300, 300))[:200], "logo.png", BROKEN),
        (file("JPEG", (300, 300))[:-200], "logo.jpg", BROKEN),
        (claims(4001, 10), "logo.png", TOO_BIG),
        (claims(60_000, 60_000), "logo.png", TOO_BIG),
        (claims(4000, 4000), "logo.png", BROKEN),
        (file() + bytes(pictures.MOST_BYTES), "logo.png", TOO_LARGE),
        (b"", "logo.png", "This file is empty. Choose another one."),
    ],
)
def test_what_is_no_logo_is_a_sentence_beside_the_field(dana, as_, content, name, sentence):
    page = bring(as_(dana), content, name)
    assert (page.status_code, page.context["form"].errors) == (200, {"picture": [sentence]})
    assert sentence in page.content.decode()
    assert (HouseLogo.objects.count(), AuditRecord.objects.count()) == (0, 0)


@pytest.mark.once
def test_nothing_chosen_is_a_sentence_too(dana, as_):
    assert as_(dana).post(URL).context["form"].errors == {"picture": ["Choose a picture first."]}


@pytest.mark.parametrize("who", ["sam", "amara", "stella"])
def test_only_a_coordinator_brings_a_logo(as_, request, who):
    browser = as_(request.getfixturevalue(who))
    assert browser.get(URL).status_code == 403
    assert bring(browser, file()).status_code == 403
    assert browser.post(f"{URL}remove/").status_code == 403
    assert HouseLogo.objects.count() == 0


def test_no_request_reads_the_picture(amara, as_, django_assert_num_queries, django_assert_max_num_queries):
    browser = as_(amara)
    browser.get("/reports/")
    with django_assert_max_num_queries(99) as without:
        browser.get("/reports/")
    make.logo(House.objects.current())
    with django_assert_num_queries(len(without)) as asked:
        browser.get("/reports/")
    assert [query["sql"] for query in asked.captured_queries if "houselogo" in query["sql"]] == []


# -- What becomes of a picture: no database ----------------------------------------------------------------------------


@pytest.mark.once
def test_nothing_comes_along_with_the_pixels():
    """Where it was taken, with which camera, what was written into it, and what hangs behind its end."""
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "Amara at the lake", 6  # a description; lying on its side
    exif.get_ifd(0x8825)[1] = "N"  # where on earth
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "Amara at the lake")
    profile = b"Amara at the lake" * 9
    for content in (
        file("JPEG", exif=exif, comment=b"Amara at the lake", icc_profile=profile),
        file("WEBP", exif=exif, xmp=b"Amara at the lake"),
        file("PNG", exif=exif, pnginfo=notes, icc_profile=profile),
    ):
        png = pictures.clean(content + b"Amara at the lake")
        picture = opened(png)
        assert (picture.size, picture.info, dict(picture.getexif())) == ((30, 60), {}, {})
        assert b"Amara" not in png
        assert png.endswith(b"IEND\xaeB`\x82")
        kinds = {png[at - 4 : at] for at in range(12, len(png)) if png[at - 4 : at] in {b"eXIf", b"tEXt", b"iTXt"}}
        assert kinds == set()


@pytest.mark.once
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_make_keep_their_looks(mode):
    picture = opened(pictures.clean(file("PNG", (40, 20), mode)))
    assert (picture.size, picture.mode in {"RGB", "RGBA", "P"}) == ((40, 20), True)


@pytest.mark.once
def test_what_is_clear_stays_clear_and_what_moves_stands_still():
    see_through = io.BytesIO()
    Image.new("RGBA", (20, 20), (9, 9, 9, 40)).save(see_through, "PNG")
    assert opened(pictures.clean(see_through.getvalue())).convert("RGBA").getpixel((3, 3)) == (9, 9, 9, 40)
    moving = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(moving, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    still = opened(pictures.clean(moving.getvalue()))
    assert (getattr(still, "n_frames", 1), still.convert("RGB").getpixel((3, 3))) == (1, (255, 0, 0))


@pytest.mark.once
def test_a_picture_that_claims_to_be_huge_is_never_unpacked(monkeypatch):
    monkeypatch.setattr(pictures, "_pixels", lambda picture: pytest.fail("unpacked"))
    for size in ((60_000, 60_000), (4001, 4001), (1_000_000, 1)):
        with pytest.raises(pictures.NoSuchPicture, match="too big"):
            pictures.clean(claims(*size))


@pytest.mark.once
@given(st.binary(max_size=300), st.sampled_from(["PNG", "JPEG", "WEBP"]), st.integers(0, 400))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_broken_picture_is_refused_or_mended_and_never_an_error(noise, kind, at):
    content = file(kind, (50, 50))
    try:
        assert opened(pictures.clean(content[:at] + noise + content[at + len(noise) :])).format == "PNG"
    except pictures.NoSuchPicture as refusal:
        assert str(refusal) in {BROKEN, NONE_OF_THEM, TOO_BIG}
