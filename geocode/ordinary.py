"""Short names that are also ordinary words or the names of far cities: they count only beside 社区, 村 or a town."""

from __future__ import annotations

import re

_WORDS = (
    " 阳光 象山 普照 复兴 跃进 思进 力争 前沿 平安 安平 和平 幸福 光明 红旗 东方 太平 "
    "永和 大乡 三乡 下村 东村 新街 老街 大街 后街 前街 新市 新店 桥头 桥南 水后 井边 "
    "江头 海滨 滨海 竹园 沟头 社店 官前 渡口 码头 市场 工业区 开发区 梧桐 枫林 华泰 "
    "太昌 金井 海尾 五龙 群峰 白沙 马山 南江 锦江 福田 黄塘 石龟 西安 深圳 桂林 湖北 "
    "湖南 河南 河北 山东 山西 江西 广西 北京 上海 华山 南京 "
)
_PATTERN = re.compile(
    r"第?[一二三四五六七八九十]|[东西南北前后上下里内外中山湖坑溪水海江河沟坝塘村桥路井][东西南北前后上下里内外中边面头门口尾]"
)


def is_ordinary(name: str) -> bool:
    """Whether a short name would turn up in texts that do not mean the place."""
    return f" {name} " in _WORDS or len(name) < 2 or _PATTERN.fullmatch(name) is not None
