"""Roads that stand alone: no other road meets them and no number lies on them, so nobody's words can lead to a spot."""

from __future__ import annotations

from geocode.checks.ground import Ground
from geocode.meetings import meetings
from intake.pack import Faults


def check_roads(ground: Ground, faults: Faults) -> None:
    """A road that neither meets another nor has a number is a warning."""
    identities = list(ground.roads)
    met: set[str] = set()
    for meeting in meetings([ground.roads[identity] for identity in identities]):
        met |= {identities[meeting.first], identities[meeting.second]}
    numbered = {door.road_id for door in ground.tables.doors}
    for road in ground.tables.roads:
        if road.text("id") not in met | numbered:
            words = f"road {road.text('id')} {road.text('name')} meets no other road and has no number"
            faults.warn("roads.geojson", road.line, words)
