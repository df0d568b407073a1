"""Pinyin syllables taken apart, folded as southern speakers fold them, and their distances.

The folds and pairs are those that descriptions of Mandarin in southern mouths name (Min, Wu, Hakka and Cantonese
speakers: no retroflex series, n and l, h and f, final -n and -ng, no rounded ü), and what a telephone line takes away:
aspiration and the place of stops.
"""

from __future__ import annotations

from typing import NamedTuple

_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxzcsr")
_SPELLED = {
    "yi": "i", "ya": "ia", "yo": "io", "ye": "ie", "yao": "iao", "you": "iou", "yan": "ian", "yin": "in",
    "yang": "iang", "ying": "ing", "yong": "iong", "yu": "ü", "yue": "üe", "yuan": "üan", "yun": "ün", "yai": "iai",
    "wu": "u", "wa": "ua", "wo": "uo", "wai": "uai", "wei": "uei", "wan": "uan", "wen": "uen", "wang": "uang",
    "weng": "ong",
}  # fmt: skip
_FINALS = {
    "iu": ("i", "o", "u"), "iou": ("i", "o", "u"), "ui": ("u", "e", "i"), "uei": ("u", "e", "i"),
    "un": ("u", "e", "n"), "uen": ("u", "e", "n"), "in": ("i", "e", "n"), "ing": ("i", "e", "ng"),
    "ün": ("ü", "e", "n"), "ong": ("u", "o", "ng"), "iong": ("ü", "o", "ng"), "ao": ("", "a", "u"),
    "iao": ("i", "a", "u"), "er": ("", "e", "r"), "i": ("i", "", ""), "u": ("u", "", ""), "ü": ("ü", "", ""),
}  # fmt: skip
_HISSING = frozenset(("z", "c", "s", "zh", "ch", "sh", "r"))
_FOLDED_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "l", "f": "h"}


class Syllable(NamedTuple):
    """`zhuang` is initial `zh`, medial `u`, vowel `a`, coda `ng`; the vowel of `zi` is `z`, that of `li` empty."""

    initial: str
    medial: str
    vowel: str
    coda: str


def split(pinyin: str) -> Syllable:
    """The parts of a syllable without tone mark; of what is no syllable (`hm`), something of its own."""
    spelled = _SPELLED.get(pinyin, pinyin)
    initial = next((one for one in _INITIALS if spelled.startswith(one)), "")
    final = spelled[len(initial) :]
    if initial in ("j", "q", "x") and final.startswith("u"):
        final = "ü" + final[1:]
    if initial in _HISSING and final == "i":
        return Syllable(initial, "", "z", "")
    if final in _FINALS:
        return Syllable(initial, *_FINALS[final])
    medial = final[0] if len(final) > 1 and final[0] in "iuü" else ""
    rest = final[len(medial) :]
    for coda in ("ng", "n", "i", "u"):
        if rest.endswith(coda) and len(rest) > len(coda):
            return Syllable(initial, medial, rest.removesuffix(coda), coda)
    return Syllable(initial, medial, rest, "")


def folded(syllable: Syllable) -> str:
    """A key that is equal for syllables which southern speakers do not tell apart."""
    initial = _FOLDED_INITIALS.get(syllable.initial, syllable.initial)
    medial = "i" if syllable.medial == "ü" else syllable.medial
    vowel, coda = syllable.vowel, "n" if syllable.coda == "ng" else syllable.coda
    if vowel == "o" and syllable.coda == "ng":
        coda = "ng"
    if syllable.initial == "r" and vowel == "z":
        medial, vowel = "i", ""
    # 飞 as 灰, 发 as 花: f is h with rounded lips.
    if initial == "h" and medial == "u" and vowel:
        medial, vowel = "", "e" if vowel == "o" and coda else vowel
        coda = "n" if coda == "ng" else coda
    return f"{initial}-{medial}-{vowel}-{coda}"


_NEAR_INITIALS = {
    0.05: ("z zh", "c ch", "s sh", "n l", "r l", "f h"),
    0.1: ("n r",),
    0.2: ("b p", "d t", "g k", "j q", "z c", "zh ch"),
    0.25: ("z ch", "zh c", "j zh", "q ch", "x sh", "j z", "q c", "x s", "s c", "sh ch", "x q"),
    0.3: (
        "s ch", "sh c", "s z", "sh zh", "x j", "s zh", "sh z", "h k", "h g", "r zh", "r z", "b d", "d g", "b g",
        "p t", "t k", "p k", "m n", "l d", "m b", "n d", "r ",
    ),
    0.35: ("f p", "h ", "m ", "n ", "j ch", "q zh"),
    0.4: ("l ", "g ", "f b", "t l", "x c", "x ch"),
}  # fmt: skip
_FAR_INITIAL = 0.55
_NEAR_MEDIALS = {"iü": 0.1, "u": 0.2, "i": 0.25, "iu": 0.4, "uü": 0.35, "ü": 0.3}
_NEAR_VOWELS = {"eo": 0.2, "e": 0.25, "ez": 0.2, "z": 0.25, "o": 0.25, "ae": 0.35, "ao": 0.35}
_NEAR_CODAS = {
    ("n", "ng"): 0.06,
    ("", "n"): 0.25,
    ("", "ng"): 0.3,
    ("", "i"): 0.2,
    ("", "u"): 0.2,
    ("", "r"): 0.15,
    ("i", "n"): 0.3,
    ("ng", "u"): 0.3,
}
_FAR = 0.4


def initial_distance(one: str, other: str) -> float:
    """Between 0.0 for the same initial and 0.55 for unlike ones."""
    if one == other:
        return 0.0
    pairs = (f"{one} {other}", f"{other} {one}")
    return next((cost for cost, near in _NEAR_INITIALS.items() if any(pair in near for pair in pairs)), _FAR_INITIAL)


def final_distance(one: tuple[str, str, str], other: tuple[str, str, str]) -> float:
    """The sum over medial, vowel and coda, 0.0 for the same final."""
    medial = _of(_NEAR_MEDIALS, one[0], other[0])
    vowel = _of(_NEAR_VOWELS, one[1], other[1])
    codas = min(one[2], other[2]), max(one[2], other[2])
    coda = 0.0 if one[2] == other[2] else _NEAR_CODAS.get(codas, _FAR)
    return medial + vowel + coda


def _of(near: dict[str, float], one: str, other: str) -> float:
    return 0.0 if one == other else near.get(min(one, other) + max(one, other), _FAR)
