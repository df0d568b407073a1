"""Names for invented roads: unique, except the few that towns share in reality too."""

from __future__ import annotations

import random
import re

from scripts.generate_city.inputs import Community

STREET_ENDINGS = ("路", "路", "路", "街", "街", "巷")
COMMUNITY_ENDINGS = ("路", "大街", "中路", "东路", "西路", "街")
SHARED_NAMES = ("新街", "环村路", "中心街", "人民路", "老街")
SHARED_CHANCE = 0.06
UNFIT_STEMS = ("第一", "第二", "第三", "第四", "第五", "氵丙洲")


class RoadNames:
    """Hands out names; `taken` are those of the listed roads."""

    def __init__(self, taken: list[str], words: list[str], chance: random.Random) -> None:
        self._taken = set(taken)
        self._chance = chance
        self._words = list(words)
        chance.shuffle(self._words)

    def street(self) -> str:
        """The name of a street in a town centre. Raises IndexError when the words run out."""
        if self._chance.random() < SHARED_CHANCE:
            return self._chance.choice(SHARED_NAMES)
        name = self._words.pop() + self._chance.choice(STREET_ENDINGS)
        self._taken.add(name)
        return name

    def of_community(self, community: Community) -> str:
        """A road named after its community; empty when every ending is taken or the name is unfit."""
        stem = re.sub("(回族|畲族)$", "", community.short_name)
        if stem in UNFIT_STEMS:
            return ""
        for ending in COMMUNITY_ENDINGS:
            name = stem.removesuffix("街") + ending
            if name not in self._taken:
                self._taken.add(name)
                return name
        return ""
