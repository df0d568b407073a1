"""What the step of placing tells the geocoder beside the text."""

from __future__ import annotations

from dataclasses import replace

from intake.model import Datum, GivenPoint, PlaceAnswer, WaitingReport
from intake.normalise import Normaliser
from intake.ports import PlaceHints
from intake.steps.locate import locate
from tests.fakes.classifier import InMemoryClassifier
from tests.fakes.geocoder import InMemoryGeocoder
from tests.fakes.samples import a_report

HERE = GivenPoint(118.57, 24.81, Datum.WGS84, 20.0)
BEFORE = GivenPoint(118.55, 24.80, Datum.CGCS2000)


class ListeningGeocoder(InMemoryGeocoder):
    """Knows no place, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__([])
        self.asked: list[tuple[str, PlaceHints | None]] = []

    def locate(self, text: str, hints: PlaceHints | None = None) -> PlaceAnswer:
        """Keep it and answer that there is no such place."""
        self.asked.append((text, hints))
        return super().locate(text, hints)

    def suspect_datum(self, point: GivenPoint, named: object = None) -> Datum | None:
        """Every datum is believed."""
        return None


def test_the_point_the_channel_and_the_last_places_of_the_sender_go_along() -> None:
    geocoder = ListeningGeocoder()
    report = replace(a_report(), text="井盖没了", place_words="青新社区", point=HERE)
    locate(report, report.text, geocoder, (BEFORE,))
    locate(replace(report, point=None, place_words=""), report.text, geocoder)
    channel = report.origin.channel
    assert geocoder.asked == [
        ("青新社区，井盖没了", PlaceHints(near=HERE, recent=(BEFORE,), channel=channel)),
        ("井盖没了", PlaceHints(channel=channel)),
    ]


def test_the_normaliser_passes_the_last_places_on() -> None:
    geocoder = ListeningGeocoder()
    waiting = WaitingReport(replace(a_report(), text="井盖没了"), (), 1, (BEFORE,))
    Normaliser(geocoder, InMemoryClassifier({})).understand(waiting)
    assert geocoder.asked == [("井盖没了", PlaceHints(recent=(BEFORE,), channel=waiting.report.origin.channel))]
