"""Place words to candidates: a short list of steps, each of which can be told."""

from __future__ import annotations

from geocode.city import City
from geocode.combine import combine
from geocode.confidence import calibrated
from geocode.crossings import Crossings
from geocode.datum import to_cgcs2000
from geocode.explain import Explanation, spans_of, steps_of
from geocode.gazetteer import Kind
from geocode.index import NameIndex
from geocode.mentions import SceneReader
from geocode.narrow import NOTHING_KNOWN, Point, Surroundings
from geocode.normalise import Normalised, normalise
from geocode.pairs import Pairs
from geocode.placing import Placer, Spot
from geocode.questions import question_for
from geocode.regions import Regions
from geocode.scene import Scene
from intake.model import GivenPoint, PlaceAnswer, PlaceCandidate
from intake.ports import PlaceHints

CANDIDATE_LIMIT = 6
CAMERA = "camera"


class Locator:
    """Finds the places a text names. Immutable, safe from any thread."""

    def __init__(self, city: City) -> None:
        self._city = city
        crossings = Crossings(city.roads, city.places)
        self._placer = Placer(city, crossings)
        counties = [entry.place.id for entry in city.entries if entry.place.kind is Kind.COUNTY]
        regions = Regions(counties[0] if counties else "", city.entries)
        self._index = NameIndex(city.entries, regions.find)
        self._reader = SceneReader(Pairs(city, crossings, self._placer), regions)

    def locate(self, text: str, hints: PlaceHints | None = None) -> PlaceAnswer:
        """Candidates, best first, with a question when none is sure."""
        return self._read(text, hints)[0]

    def explain(self, text: str, hints: PlaceHints | None = None) -> Explanation:
        """The same answer, with the steps to it and the spans behind it."""
        answer, scene, normalised = self._read(text, hints)
        around = self._surroundings(scene, hints)
        return Explanation(answer, tuple(steps_of(normalised, scene, around, answer)), spans_of(normalised, scene))

    def _read(self, text: str, hints: PlaceHints | None) -> tuple[PlaceAnswer, Scene, Normalised]:
        normalised = normalise(text)
        scene = self._reader.read(normalised.text, self._index.find(normalised.text))
        put = self._placer.put
        spots = [put(draft) for draft in combine(scene, self._surroundings(scene, hints))]
        if len(spots) > 1:
            spots.sort(key=_order)
            del spots[CANDIDATE_LIMIT:]
            self._tell_apart(spots)
        candidates = tuple([self._candidate(spot, scene, normalised) for spot in spots])
        question = question_for(spots, candidates, scene.complaints)
        return PlaceAnswer(text, candidates, question), scene, normalised

    def _tell_apart(self, spots: list[Spot]) -> None:
        """Places of one name in one town are named with their communities."""
        names = [spot.name for spot in spots]
        for spot in spots:
            if names.count(spot.name) > 1 and spot.draft.place.kind is not Kind.COMMUNITY:
                town = self._city.divisions.town_name(spot.code12)
                spot.name = self._city.divisions.address(spot.code12) + spot.name.removeprefix(town)

    def _surroundings(self, scene: Scene, hints: PlaceHints | None) -> Surroundings:
        if hints is None:
            return Surroundings(scene.towns) if scene.towns else NOTHING_KNOWN
        prefixes = tuple([_prefix(code) for code in hints.divisions if code])
        recent = tuple([self._metres(point)[0] for point in hints.recent])
        if hints.near is None:
            return Surroundings(scene.towns, prefixes, recent=recent)
        near, accuracy_metres = self._metres(hints.near)
        return Surroundings(scene.towns, prefixes, near, accuracy_metres, recent, hints.channel == CAMERA)

    def _metres(self, given: GivenPoint) -> tuple[Point, float]:
        point = to_cgcs2000(given)
        return self._city.projection.metres(point.lon, point.lat), point.accuracy_metres or 0.0

    def _candidate(self, spot: Spot, scene: Scene, normalised: Normalised) -> PlaceCandidate:
        draft, code12, cells = spot.draft, spot.code12, self._city.cells
        start = scene.start_with_towns(draft.start)
        is_whole_town = draft.place.kind is Kind.TOWN
        cell = "" if is_whole_town else cells.cell_at(spot.metres[0], spot.metres[1], code12)
        return PlaceCandidate(
            spot.name,
            code12,
            spot.lon,
            spot.lat,
            spot.precision,
            spot.accuracy_metres,
            cell,
            round(calibrated(draft.confidence), 3),
            normalised.span(start, draft.end),
            tuple(draft.reasons),
            grid=cells.grid_of(cell) if cell else "",
        )


def _order(spot: Spot) -> tuple[float, int, int, str]:
    return -spot.draft.confidence, round(spot.accuracy_metres), spot.draft.start, spot.code12


def _prefix(code: str) -> str:
    return code[:9] if len(code) == 12 and code.endswith("000") else code
