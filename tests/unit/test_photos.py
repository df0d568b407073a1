"""How photos look: the same shot again looks the same, another one does not."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from intake.http.upload import Upload
from intake.http.uploads import PhotoLimits, check_photo
from intake.likeness import looks_apart
from intake.photos import look_of
from tests.e2e.seeds import draw_photo


def opened(kind: str) -> Image.Image:
    return Image.open(io.BytesIO(draw_photo(kind)))


def packed(picture: Image.Image, form: str, **options: int) -> bytes:
    content = io.BytesIO()
    picture.convert("RGB").save(content, form, **options)
    return content.getvalue()


def look(content: bytes) -> str:
    found = check_photo(Upload("photo", "p", "image/jpeg", content), 0, PhotoLimits()).look
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["manhole", "lamp", "rubbish", "road"])
def test_a_photo_packed_again_and_made_smaller_looks_the_same(kind: str) -> None:
    original = look(draw_photo(kind))
    small = opened(kind).resize((480, 360))
    copies = [packed(small, "JPEG", quality=40), packed(opened(kind), "PNG"), packed(small, "WEBP", quality=60)]
    assert [looks_apart(original, look(copy)) <= 6 for copy in copies] == [True, True, True]


def test_a_photo_taken_elsewhere_looks_different() -> None:
    field = Image.new("RGB", (960, 720), (40, 120, 60))
    pen = ImageDraw.Draw(field)
    for place in range(0, 960, 120):
        pen.rectangle((place, place % 360, place + 60, 720), fill=(200 - place // 8, 90, 30))
    assert looks_apart(look(draw_photo("manhole")), look(packed(field, "JPEG"))) > 11


def test_a_picture_of_one_colour_has_no_look() -> None:
    assert look_of(Image.new("RGB", (64, 64), (10, 10, 10))) is None
