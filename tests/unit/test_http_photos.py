"""Forms with photos, whole, broken, forged and too large."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from typing import Annotated

import pytest
from aiohttp import ClientSession, FormData, web
from aiohttp.test_utils import TestServer
from PIL import Image
from pydantic import BaseModel, Field

from intake.http import (
    PUBLIC,
    Call,
    Nobody,
    Route,
    Upload,
    check_photos,
    json_answer,
    mount,
)


class ToldForm(BaseModel):
    text: Annotated[str, Field(min_length=1)]
    photos: list[Upload] = []


async def form(call: Call) -> web.StreamResponse:
    told = call.form(ToldForm)
    photos = await check_photos(told.photos)
    return json_answer({"text": told.text, "photos": [[p.media_type, p.width, p.height] for p in photos]})


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    app = web.Application()
    mount(app, (Route("POST", "/api/v1/form", form, PUBLIC, "tell by form", form=ToldForm),), Nobody())
    async with TestServer(app) as server, ClientSession(server.make_url("/")) as session:
        yield session


def picture(kind: str = "JPEG", size: tuple[int, int] = (30, 20)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "green").save(buffer, kind)
    return buffer.getvalue()


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("a.txt", "a" * 1000)
    return buffer.getvalue()


def bomb() -> bytes:
    whole = bytearray(picture("PNG"))
    whole[16:24] = (60_000).to_bytes(4, "big") * 2
    return bytes(whole)


async def send_form(client: ClientSession, *files: bytes) -> tuple[int, dict[str, object]]:
    data = FormData()
    data.add_field("text", "井盖")
    for content in files:
        data.add_field("photos", io.BytesIO(content), filename="a.jpg", content_type="image/jpeg")
    async with client.post("/api/v1/form", data=data) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_photos_are_known_by_their_bytes(client: ClientSession) -> None:
    status, answer = await send_form(client, picture("JPEG"), picture("PNG"), picture("WEBP"))
    assert status == 200
    assert answer["photos"] == [["image/jpeg", 30, 20], ["image/png", 30, 20], ["image/webp", 30, 20]]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (archive(), 422),
        (picture()[:400], 422),
        (picture("PNG")[:60], 422),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 64, 422),
        (b"", 422),
        (picture("PNG", (10_000, 6000)), 413),
        (picture("GIF"), 422),
    ],
    ids=["zip", "cut-jpeg", "cut-png", "heic", "empty", "bomb", "gif"],
)
async def test_what_is_no_photo_is_refused(client: ClientSession, content: bytes, status: int) -> None:
    given, answer = await send_form(client, content)
    assert (given, answer["status"]) == (status, status)


@pytest.mark.parametrize("megabytes", [13, 40, 90])
async def test_a_photo_beyond_the_limit_is_refused_with_words_while_it_still_comes(
    client: ClientSession, megabytes: int
) -> None:
    given, answer = await send_form(client, bytes(megabytes * 1024 * 1024))
    assert (given, answer["code"]) == (413, "too-large")


async def test_a_forged_header_of_a_giant_picture_is_refused_undecoded(client: ClientSession) -> None:
    given, _ = await send_form(client, bomb())
    assert given in (413, 422)


async def test_the_seventh_file_is_refused(client: ClientSession) -> None:
    given, answer = await send_form(client, *[picture()] * 7)
    assert (given, answer["detail_en"]) == (422, "At most 6 files can be sent.")


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("multipart/form-data", b"--x\r\n\r\n"),
        ("multipart/form-data; boundary=x", b"nothing of the kind"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nabc'),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\xfe\r\n--x--\r\n',
        ),
        ("application/x-www-form-urlencoded", b"text=%ff"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(500))),
    ],
)
async def test_broken_forms_are_client_errors(client: ClientSession, kind: str, raw: bytes) -> None:
    async with client.post("/api/v1/form", data=raw, headers={"Content-Type": kind}) as answer:
        assert answer.content_type == "application/problem+json"
        assert answer.status in (400, 422)
