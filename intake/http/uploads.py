"""Photos: real pictures by their bytes, within size, count and pixels."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from PIL import Image

from intake.errors import FieldFault, Invalid, TooLarge
from intake.http.upload import Upload
from intake.photos import look_of

MEDIA_TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_FORMATS = ("JPEG", "PNG", "WEBP")
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heif", b"mif1", b"msf1", b"heim", b"heis", b"avif"})
_LOOKED_AT_PIXELS = 12_000_000
_UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    OverflowError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """What counts as too much: bytes of one photo, photos of one report, pixels of one photo."""

    photo_bytes: int = 12 * 1024 * 1024
    photos: int = 6
    pixels: int = 50_000_000


@dataclass(frozen=True, slots=True)
class Photo:
    """A checked picture. `content` is as sent, orientation and all; width and height in pixels; `look` or None."""

    content: bytes = field(repr=False)
    media_type: str = "image/jpeg"
    width: int = 0
    height: int = 0
    name: str = ""
    look: str | None = None


async def check_photos(files: Sequence[Upload], limits: PhotoLimits | None = None) -> tuple[Photo, ...]:
    """The uploads as photos, checked in a thread one after another.

    Raises TooLarge for too many bytes or pixels; Invalid, naming the file, for what is no picture, or for too many.
    """
    bounds = limits or PhotoLimits()
    if len(files) > bounds.photos:
        raise _refused(f"/{files[0].field}", f"最多 {bounds.photos} 张照片。", f"At most {bounds.photos} photos.")
    return tuple([await asyncio.to_thread(check_photo, file, index, bounds) for index, file in enumerate(files)])


def check_photo(file: Upload, index: int, limits: PhotoLimits) -> Photo:
    """One upload as a photo; blocks while it looks. Raises as `check_photos` does."""
    if len(file.content) > limits.photo_bytes:
        size = limits.photo_bytes // (1024 * 1024)
        raise TooLarge(f"每张照片最多 {size} MB，请缩小后再传。", f"A photo may have {size} MB: make it smaller.")
    pointer = f"/{file.field}/{index}"
    if file.content[4:8] == b"ftyp" and file.content[8:12] in _HEIF_BRANDS:
        raise _refused(
            pointer,
            "暂不支持 HEIC/AVIF 照片，请改用 JPEG（iPhone：设置 > 相机 > 格式 > 兼容性最佳）。",
            "HEIC and AVIF photos cannot be taken: send JPEG (iPhone: Settings > Camera > Formats > Most Compatible).",
        )
    try:
        with Image.open(io.BytesIO(file.content), formats=_FORMATS) as picture:
            width, height, kind = picture.width, picture.height, picture.format or ""
            look = _decode(picture, file.content) if width * height <= limits.pixels else None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(limits) from None
    except _UNREADABLE:
        raise _refused(
            pointer,
            "这不是完整的照片，请上传 JPEG、PNG 或 WebP 图片。",
            "This is not a whole picture: send a JPEG, PNG or WebP file.",
        ) from None
    if width * height > limits.pixels:
        raise _too_many_pixels(limits)
    return Photo(file.content, MEDIA_TYPES[kind], width, height, file.name, look)


def _decode(picture: Image.Image, content: bytes) -> str | None:
    """See whether the picture is whole, and how it looks; huge ones of a slow kind are not looked at."""
    # A JPEG decodes at an eighth of its size in a fraction of the time, and a truncated one still shows.
    if picture.format in ("JPEG", "MPO"):
        picture.draft("RGB", (max(picture.width // 8, 1), max(picture.height // 8, 1)))
        picture.load()
        return look_of(picture)
    picture.verify()
    if picture.width * picture.height > _LOOKED_AT_PIXELS:
        return None
    # What was verified cannot be decoded any more.
    with Image.open(io.BytesIO(content), formats=_FORMATS) as again:
        return look_of(again)


def _too_many_pixels(limits: PhotoLimits) -> TooLarge:
    megapixels = limits.pixels // 1_000_000
    return TooLarge(
        f"照片像素过多，最多 {megapixels * 100} 万像素，请缩小后再传。",
        f"The picture has too many pixels: at most {megapixels} megapixels. Make it smaller.",
    )


def _refused(pointer: str, zh: str, en: str) -> Invalid:
    return Invalid(zh, en, (FieldFault(pointer, zh, en),))
