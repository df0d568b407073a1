"""The classifier of a running hub: it takes a new model within seconds and serves with the old one until then."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from case_api.catalogue.city_learning import CityLearning
from case_api.catalogue.learned import LearnedClassifier
from case_api.catalogue.shelf import ModelShelf
from intake.errors import HubError
from intake.model import Classification
from intake.ports import Classifier

LOOK_SECONDS: Final = 2.0

_LOG = logging.getLogger(__name__)


class CurrentClassifier:
    """`Classifier` by the version in use. Listed words alone where a pack ships no model and none was learned."""

    def __init__(
        self, learning: CityLearning, shelf: ModelShelf, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._learning = learning
        self._shelf = shelf
        self._monotonic = monotonic
        self._mark = shelf.mark()
        self._look_at = monotonic() + LOOK_SECONDS
        self._used: Classifier = self._made(learning.keywords)

    @property
    def learned(self) -> LearnedClassifier | None:
        """The classifier with a model; None while listed words serve alone."""
        return self._used if isinstance(self._used, LearnedClassifier) else None

    def classify(self, text: str, category_key: str | None = None) -> Classification:
        """See the port."""
        if self._monotonic() >= self._look_at:
            self._look()
        return self._used.classify(text, category_key)

    def _look(self) -> None:
        self._look_at = self._monotonic() + LOOK_SECONDS
        mark = self._shelf.mark()
        if mark != self._mark:
            self._mark = mark
            self._used = self._made(self._used)

    def _made(self, otherwise: Classifier) -> Classifier:
        """By the version in use; a model that cannot be used never stops the intake."""
        try:
            model = self._shelf.load_in_use()
        except HubError as error:
            _LOG.error("%s The texts are classified without it.", error.en)
            return otherwise
        return self._learning.keywords if model is None else self._learning.classifier(model)
