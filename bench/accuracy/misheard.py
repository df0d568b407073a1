"""Names that sound right and are written wrong: two homophones, the accents of the south, a recogniser's errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.accuracy.city_names import CityNames, Named
from bench.accuracy.item import Item, SpotKind, Wanted
from bench.accuracy.sounds import Sounds
from bench.accuracy.wording import Drawing

_KINDS = (SpotKind.COMMUNITY, SpotKind.COMMUNITY, SpotKind.COMMUNITY, SpotKind.ROAD, SpotKind.LANDMARK)
_PUNCTUATION = "，。！？、：；,.!?（）() "
_BEGINNINGS = (
    ("你好，", "你好,"),
    ("你好", "1号"),
    ("你好", "以后"),
    ("喂，", "为"),
    ("喂", "威"),
    ("喂", "微"),
    ("你好", "你号"),
)


def homophones(drawing: Drawing) -> Iterator[Item]:
    """Two characters of a name, or of its town and it, replaced by others of the same toneless reading."""
    sounds = Sounds()
    yield from _sounding(drawing, sounds, lambda name: _two_homophones(drawing, sounds, name), sounds.syllables)


def accent(drawing: Drawing) -> Iterator[Item]:
    """One or two characters of a name replaced by others that an accent makes sound alike."""
    sounds = Sounds()
    yield from _sounding(drawing, sounds, lambda name: _accented(drawing, sounds, name), sounds.merged)


def _sounding(
    drawing: Drawing, sounds: Sounds, change: Callable[[str], str | None], key: Callable[[str], tuple[str, ...]]
) -> Iterator[Item]:
    """Names changed by `change`, each one that no other place shares by `key`, unless its town tells them apart."""
    alike = _by_sound(drawing.names, key)
    while True:
        named = drawing.name(_KINDS, longest=7)
        rivals = [other for other in alike[key(named.name)] if other.id != named.id]
        if rivals and (any(drawing.touches(other, named.town) for other in rivals) or not drawing.town_of(named)):
            continue
        if rivals or drawing.maybe(0.4):
            words = drawing.town_of(named) + named.name
        elif named.name in drawing.names.ordinary or len(named.name) < 3:
            continue
        else:
            words = named.name
        changed = change(words)
        if changed is not None and changed not in drawing.names.by_spelling:
            text = drawing.sentence(changed, "typed") if drawing.maybe(0.5) else changed
            yield Item(text, (named.spot,), typed=False, note=words)


def _by_sound(names: CityNames, key: Callable[[str], tuple[str, ...]]) -> dict[tuple[str, ...], list[Named]]:
    found: dict[tuple[str, ...], list[Named]] = {}
    for spelling, places in names.by_spelling.items():
        found.setdefault(key(spelling), []).extend(places)
    return found


def _two_homophones(drawing: Drawing, sounds: Sounds, words: str) -> str | None:
    places = [at for at, char in enumerate(words) if sounds.homophones(char)]
    if len(places) < 2:
        return None
    letters = list(words)
    for at in drawing.rng.sample(places, 2):
        letters[at] = drawing.rng.choice(sounds.homophones(letters[at]))
    return "".join(letters)


def _accented(drawing: Drawing, sounds: Sounds, words: str) -> str | None:
    letters = list(words)
    wanted = 2 if drawing.maybe(0.4) else 1
    places = list(range(len(letters)))
    drawing.rng.shuffle(places)
    for at in places:
        other = sounds.confused(letters[at], "accent", drawing.rng) if wanted else None
        if other is not None:
            letters[at] = other
            wanted -= 1
    return "".join(letters) if wanted == 0 else None


def heard(drawing: Drawing) -> Iterator[Item]:
    """A spoken sentence about a village as a recogniser writes it: 15 to 25 % of its characters are wrong, within the
    name and outside, 镇, 村, 社区 and 街道 too, and commas stand where the speaker breathed. A village that sounds like
    another has its town."""
    sounds = Sounds()
    ear = Ear(drawing, sounds)
    while True:
        named = drawing.name([SpotKind.COMMUNITY], longest=7)
        town = drawing.town_of(named)
        words = (town if drawing.maybe(0.5) else "") + named.name
        if len(named.short) < 2 or (words == named.name and len(drawing.names.by_spelling[named.name]) > 1):
            continue
        name = ear.name(words)
        if name is None or ear.is_nearer_another(name[-len(named.name) :], named, words != named.name):
            continue
        said = drawing.one("spoken").format(place="\x00", problem=drawing.one("problem"))
        before, after = (ear.sentence(part) for part in said.split("\x00", 1))
        text = before + ear.breath() + name + ear.section() + ear.breath() + after
        yield Item(text, (named.spot,), Wanted.FIRST_OR_ASKED, typed=False, note=words)


class Ear:
    """Hears badly."""

    def __init__(self, drawing: Drawing, sounds: Sounds) -> None:
        self._drawing = drawing
        self._sounds = sounds
        self._rate = 0.2
        self._villages = [(named, sounds.syllables(named.short)) for named in drawing.names.communities]

    def name(self, words: str) -> str | None:
        """A name with a share of its characters misheard; each keeps its place. None when it came through whole."""
        self._rate = self._drawing.rng.uniform(0.15, 0.25)
        letters = list(words)
        for at, char in enumerate(letters):
            # Endings are short and unstressed: they suffer most.
            often = self._rate * (1.6 if char in "镇村社区街道" else 1.0)
            if self._drawing.maybe(often):
                letters[at] = self._misheard(char)
        return "".join(letters) if "".join(letters) != words else None

    def sentence(self, words: str) -> str:
        """What stands around a name: characters misheard, lost and doubled, punctuation as it comes."""
        for said, written in self._drawing.rng.sample(_BEGINNINGS, 3):
            if words.startswith(said) and self._drawing.maybe(0.4):
                words = written + words.removeprefix(said)
        heard = ""
        for char in words:
            if char in _PUNCTUATION:
                heard += self._drawing.rng.choice([",", "", "，", "﹑", ""])
            elif self._drawing.maybe(self._rate) and not char.isdigit():
                heard += self._drawing.rng.choices([self._misheard(char), "", char * 2], [88, 9, 3])[0]
            else:
                heard += char + (self.breath() if self._drawing.maybe(0.06) else "")
        return heard

    def section(self) -> str:
        """Now and then a section and a number, which recognisers write well."""
        if not self._drawing.maybe(0.2):
            return ""
        section = self._drawing.rng.choice(["", "西区", "东区", "南区", "C7", "北去"])
        return f"{section}{self._drawing.rng.randrange(1, 260)}号"

    def breath(self) -> str:
        """A comma or nothing."""
        return self._drawing.rng.choices(["", ",", "，", "﹑"], [80, 12, 6, 2])[0]

    def is_nearer_another(self, name: str, named: Named, town_said: bool) -> bool:
        """Whether another village (of the same town, where the town was said) sounds more like what was heard."""
        stem = self._sounds.syllables(name[: len(named.short)])
        own = self._sounds.distance(stem, self._sounds.syllables(named.short))
        return any(
            len(syllables) == len(stem)
            and other.id != named.id
            and (not town_said or other.town == named.town)
            and self._sounds.distance(stem, syllables) < max(own, 0.01)
            for other, syllables in self._villages
        )

    def _misheard(self, char: str) -> str:
        use = self._drawing.rng.choices(["same", "accent", "heard"], [60, 22, 18])[0]
        if use != "same":
            other = self._sounds.confused(char, use, self._drawing.rng)
            if other is not None:
                return other
        return self._drawing.rng.choice(self._sounds.homophones(char) or [char])
