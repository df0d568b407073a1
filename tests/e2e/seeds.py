"""A morning's reports: varied words of real neighbourhoods, so that a queue looks as it does at work."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw


@dataclass(frozen=True, slots=True)
class Seed:
    """What one citizen says; `photo` names a drawn picture, `point` is lon, lat in CGCS2000."""

    text: str
    place: str = ""
    phone: str = ""
    confidential: bool = False
    photo: str = ""
    point: tuple[float, float] | None = None


SEEDS: tuple[Seed, ...] = (
    Seed("青阳街道青新社区门口井盖不见了，很危险", phone="13805951234", photo="manhole"),
    Seed("世纪大道人行道上的路灯连着三盏不亮，晚上看不清路", "梅岭街道世纪大道", "13959501111", photo="lamp"),
    Seed("安海镇鸿塔社区菜市场后面垃圾堆了好几天没人清，臭味很大", phone="13600001122", photo="rubbish"),
    Seed("陈埭镇桂林村路口污水外溢，行人都要绕着走", phone="15980005566"),
    Seed("磁灶镇延泽社区延泽街路面破了一个大坑，电动车摔了", phone="13505957788", photo="road"),
    Seed("池店镇溜石村下穿通道积水，车子开不过去了", phone="18005950099", photo="water"),
    Seed("罗山街道社店社区有流动摊贩占道经营，堵住公交站", phone="13906001234"),
    Seed("梅岭街道桂山社区店家把货摆到盲道上，占道经营", confidential=True, phone="13799998888"),
    Seed("西园街道赖厝社区路口的交通护栏被撞倒了，倒在车道上", phone="13655957777"),
    Seed("新塘街道工地夜里一点还在施工，吵得睡不着", "新塘街道梧林社区", "13850001212"),
    Seed("龙湖镇衙口村沙滩边上有人焚烧垃圾，浓烟往村里飘", phone="13515950303"),
    Seed("金井镇围头村路灯杆倾斜快要倒了", photo="lamp"),
    Seed("深沪镇华海村雨水井盖松动，车子压过哐当响", phone="13489500001"),
    Seed("东石镇第一社区大树枝断了挂在电线上", phone="13859500002"),
    Seed("内坑镇柑市村路边建筑垃圾乱倒，挡了半边路", phone="13805950777", photo="rubbish"),
    Seed("永和镇永和社区非法小广告贴满了电线杆", confidential=True),
    Seed("英林镇英林村污水井盖破损，露出一个洞", phone="13960009876", photo="manhole"),
    Seed("紫帽镇紫星村道路遗撒很多沙土，风一吹满天灰", phone="13505959999"),
    Seed("西滨镇跃进社区共享单车乱停放，人行道走不了", phone="13799990001"),
    Seed("青阳街道曾井社区有一辆废弃汽车停在路边半年了", phone="13805953344"),
    Seed("灵源街道林口社区公交站的座椅坏了，铁皮翘起来会割到人"),
    Seed("陈埭镇岸兜村自来水管破裂，水喷得很高", phone="15880001234"),
    Seed("青新社区大门旁边那个井盖还没有，小孩差点掉下去", phone="13600005678"),
    Seed("门口的路灯坏了，麻烦来修一下", phone="13859501313"),
    Seed("有个井盖坏了", confidential=True, phone="13489504321"),
    Seed("这边有点问题，你们来看看吧", "安海镇", "13655950001"),
)


def draw_photo(kind: str) -> bytes:
    """A JPEG that stands for a citizen's photo: a street with the thing that is wrong."""
    picture = Image.new("RGB", (960, 720), (164, 196, 226))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 300, 960, 720), fill=(112, 114, 118))
    pen.polygon(((0, 720), (380, 300), (580, 300), (960, 720)), fill=(88, 90, 94))
    for left, top, colour in ((30, 90, (205, 190, 168)), (250, 140, (190, 172, 160)), (640, 70, (214, 204, 186))):
        pen.rectangle((left, top, left + 190, 320), fill=colour)
        for row in range(top + 20, 290, 46):
            for column in range(left + 18, left + 170, 48):
                pen.rectangle((column, row, column + 26, row + 26), fill=(120, 142, 160))
    _DRAWN.get(kind, _manhole)(pen)
    packed = io.BytesIO()
    picture.save(packed, "JPEG", quality=82)
    return packed.getvalue()


def _manhole(pen: ImageDraw.ImageDraw) -> None:
    pen.ellipse((360, 470, 620, 610), fill=(60, 60, 62))
    pen.ellipse((378, 480, 602, 600), fill=(14, 14, 16))


def _lamp(pen: ImageDraw.ImageDraw) -> None:
    pen.line((700, 700, 760, 90), fill=(50, 54, 58), width=16)
    pen.line((760, 94, 620, 78), fill=(50, 54, 58), width=12)
    pen.ellipse((580, 66, 640, 100), fill=(70, 74, 78))


def _rubbish(pen: ImageDraw.ImageDraw) -> None:
    for left, top, colour in (
        (330, 470, (30, 60, 40)),
        (430, 430, (20, 20, 24)),
        (520, 480, (150, 40, 40)),
        (410, 520, (220, 220, 214)),
    ):
        pen.ellipse((left, top, left + 170, top + 130), fill=colour)


def _road(pen: ImageDraw.ImageDraw) -> None:
    pen.polygon(((350, 520), (430, 460), (600, 470), (660, 560), (520, 630), (390, 610)), fill=(52, 46, 40))


def _water(pen: ImageDraw.ImageDraw) -> None:
    pen.polygon(((60, 720), (330, 420), (640, 420), (900, 720)), fill=(118, 132, 120))
    for top in range(460, 700, 40):
        pen.arc((300, top, 640, top + 60), 200, 340, fill=(170, 184, 172), width=4)


_DRAWN = {"manhole": _manhole, "lamp": _lamp, "rubbish": _rubbish, "road": _road, "water": _water}
