"""Which of the names heard in a text are believed, beside the names that stand in it as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geocode.gazetteer import Form, Kind
from geocode.spelled import How, Mention, in_towns, sort_of, towns_of
from geocode.stems import Hit

SURE_LENGTH = 3
COVERING, CROSSING, BESIDE_SHORT = 0.5, 0.75, 0.8
IN_TOWN, OUT_OF_TOWN, BEHIND_ANOTHER, OTHER_FORM = 0.06, 0.12, 0.3, 0.06
CUTS_A_WORD = 0.3
TIE = 0.025
ENTRIES_LIMIT = 6
GAP = 3
_COARSE = (Kind.TOWN, Kind.COUNTY)
BEST, LEAST, A_CHARACTER = 0.97, 0.3, 0.05
TOWN_LIKENESS, AWAY_FROM_TOWN = 0.6, 0.7


def is_firm(mention: Mention) -> bool:
    """Whether a name that stands in the text is long enough to be meant: not a short form, nor two characters."""
    return mention.entries[0].form is not Form.SHORT and len(mention.spelling) >= SURE_LENGTH


def choose(
    text: str, exact: Sequence[Mention], hits: Sequence[Hit], is_everyday: Callable[[str], bool]
) -> list[Mention]:
    """The names of a text without overlap, in its order: firm ones stay, short ones give way to longer heard ones.
    `is_everyday` tells words of every day: a name that is heard across the border of one is less likely."""
    said_towns = [mention for mention in exact if mention.entries[0].place.kind is Kind.TOWN]
    heard_towns = towns_heard(hits)
    towns = towns_of(said_towns) | _codes(heard_towns)
    likely = [hit for hit in hits if hit.likeness >= LEAST - IN_TOWN - TIE]
    whole = [_uncut(text, hit, is_everyday) for hit in likely]
    weighed = [_weighed(hit, said_towns, heard_towns) for hit in whole]
    weighed.sort(key=lambda hit: (-hit.likeness - A_CHARACTER * (hit.end - hit.start), hit.spelled.entries[0].form))
    has_fine = any(
        is_firm(mention) and not _is_coarse(mention) and (not towns or in_towns(mention.entries, towns))
        for mention in exact
    )
    kept = list(exact)
    taken: list[Hit] = []
    for hit in weighed:
        if hit.likeness < LEAST or (has_fine and not hit.spelled.is_town):
            continue
        if said_towns and hit.likeness < AWAY_FROM_TOWN and not _follows(hit, said_towns, towns):
            continue
        if any(hit.start < other.end and other.start < hit.end for other in taken):
            continue
        rivals = [mention for mention in kept if mention.start < hit.end and hit.start < mention.end]
        if hit.spelled.is_town and _is_written(hit, rivals):
            continue
        if all(_gives_way(mention, hit, towns) for mention in rivals) and (rivals or _may_stand(hit, kept)):
            kept = [mention for mention in kept if mention not in rivals]
            taken.append(hit)
    found = [_mention(text, hit, weighed) for hit in taken]
    return sorted((*kept, *found), key=lambda mention: mention.start)


def _uncut(text: str, hit: Hit, is_everyday: Callable[[str], bool]) -> Hit:
    """Less likely where it begins or ends within a word: 地址东村 has no 址东村, and 新街路灯 no 新街路."""
    start, end = hit.start, hit.end
    is_cut = start > 0 and is_everyday(text[start - 1 : start + 1])
    if is_cut or (hit.how is not How.HOMOPHONE and is_everyday(text[end - 1 : end + 1])):
        return hit._replace(likeness=hit.likeness - CUTS_A_WORD)
    return hit


def _is_written(town: Hit, rivals: Sequence[Mention]) -> bool:
    """Whether a town heard is written there by its short name, and what is left of it begins another name: 安海曾埭 is
    曾埭 of 安海."""
    ids = {entry.place.id for entry in town.spelled.entries}
    is_short = any(one.entries[0].place.id in ids for one in rivals)
    return is_short and any(one.end > town.end for one in rivals)


def towns_heard(hits: Sequence[Hit]) -> list[Hit]:
    """The hits that are towns beyond doubt."""
    return [hit for hit in hits if hit.spelled.is_town and hit.likeness >= TOWN_LIKENESS and not hit.is_bare]


def contradicted(exact: Sequence[Mention], hits: Sequence[Hit]) -> bool:
    """Whether a town is heard that holds none of the places that stand in the text as they are."""
    if not hits:
        return False
    fine = [mention for mention in exact if not _is_coarse(mention)]
    towns = _codes(
        [
            hit
            for hit in towns_heard(hits)
            if hit.likeness >= CROSSING and not any(one.start < hit.end and hit.start < one.end for one in fine)
        ]
    )
    return bool(towns) and not any(in_towns(mention.entries, towns) for mention in fine)


def _follows(hit: Hit, said: Sequence[Mention], towns: set[str]) -> bool:
    """Whether it lies in a town said, and stands where the rest of an address does: at most a word behind the town."""
    is_behind = any(0 <= hit.start - one.end <= GAP for one in said) or hit.spelled.is_town
    return is_behind and in_towns(hit.spelled.entries, towns)


def _codes(hits: Sequence[Hit]) -> set[str]:
    return {entry.place.code12[:9] for hit in hits for entry in hit.spelled.entries}


def _towns_beside(hit: Hit, said: Sequence[Mention], heard: Sequence[Hit]) -> set[str]:
    """The towns of other words: 池店镇 says nothing for 池店村 where both are read out of the same ones."""
    beside = [one for one in said if one.end <= hit.start or hit.end <= one.start]
    return towns_of(beside) | _codes([one for one in heard if one.end <= hit.start or hit.end <= one.start])


def _is_coarse(mention: Mention) -> bool:
    return mention.entries[0].place.kind in _COARSE


def _weighed(hit: Hit, said_towns: Sequence[Mention], heard_towns: Sequence[Hit]) -> Hit:
    entries = hit.spelled.entries
    likeness = hit.likeness - (OTHER_FORM if entries[0].form is Form.VARIANT else 0.0)
    if (said_towns or heard_towns) and not hit.spelled.is_town:
        towns = _towns_beside(hit, said_towns, heard_towns)
        if in_towns(entries, towns):
            likeness = min(BEST, likeness + IN_TOWN)
        elif towns:
            ends = [one.end for one in said_towns] + [one.end for one in heard_towns]
            likeness -= BEHIND_ANOTHER if hit.start in ends else OUT_OF_TOWN
    return hit if likeness == hit.likeness else hit._replace(likeness=likeness)


def _gives_way(mention: Mention, hit: Hit, towns: set[str]) -> bool:
    """Whether a name as it stands is less likely than a longer heard one over it."""
    longer = hit.end - hit.start - (mention.end - mention.start)
    if longer == 0 and towns and not _is_coarse(mention) and not in_towns(mention.entries, towns):
        return in_towns(hit.spelled.entries, towns) and hit.likeness >= CROSSING
    if longer <= 0:
        return False
    covers = hit.start <= mention.start and mention.end <= hit.end
    if _is_coarse(mention) and is_firm(mention):
        return covers and not hit.spelled.is_town and hit.likeness >= CROSSING and hit.how is not How.ACCENT
    if is_firm(mention) and (not towns or in_towns(mention.entries, towns)):
        return False
    if hit.how is How.NEAR and not covers:
        return False
    return hit.likeness >= (COVERING if covers else CROSSING)


def _may_stand(hit: Hit, kept: Sequence[Mention]) -> bool:
    """Beside a short name that stands in the text, only what is heard clearly counts."""
    fine = [mention for mention in kept if not _is_coarse(mention) and not mention.entries[0].ordinary]
    return not fine or hit.spelled.is_town or hit.likeness >= BESIDE_SHORT


def _mention(text: str, hit: Hit, hits: Sequence[Hit]) -> Mention:
    """A heard name with the other names that sound nearly as like."""
    entries = {(entry.place.kind, entry.place.id): entry for entry in hit.spelled.entries}
    for other in hits:
        same = (other.start, other.end) == (hit.start, hit.end)
        if same and hit.likeness - other.likeness <= TIE and len(entries) < ENTRIES_LIMIT:
            for entry in other.spelled.entries:
                entries.setdefault((entry.place.kind, entry.place.id), entry)
    places = tuple(entries.values())
    return Mention(
        hit.start,
        hit.end,
        places,
        hit.how,
        min(BEST, hit.likeness),
        hit.spelled.spelling,
        text[hit.start : hit.end],
        sort_of(places),
    )
