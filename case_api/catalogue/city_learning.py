"""A city pack as something to learn from: its learner, its lessons, and the model it ships."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from case_api.catalogue.classifier import KeywordClassifier
from case_api.catalogue.condition_model import condition_columns
from case_api.catalogue.learned import LearnedClassifier, ListedWords
from case_api.catalogue.learning import Learner
from case_api.catalogue.place_words import PlaceWords, city_place_words
from case_api.catalogue.reading import CATEGORIES, CONDITIONS
from case_api.catalogue.sentences import FRAMES, SENTENCES, Frames, Lesson, has_sentences, read_lessons, sentence_files
from case_api.catalogue.text_model import TextModel, load_facts
from case_api.catalogue.vocabulary import INTENTS, WORDS
from intake.errors import Invalid
from intake.pack import Faults

SHIPPED = "classifier.model"

_DIVISIONS = "divisions.csv"
_WORDS_TOGETHER = 5


@dataclass(frozen=True, slots=True)
class CityLearning:
    """What a pack gives to learn with."""

    folder: Path
    keywords: KeywordClassifier
    places: PlaceWords

    @classmethod
    def read(cls, folder: Path, keywords: KeywordClassifier, faults: Faults) -> CityLearning:
        """The words of a pack that say where, beside its keywords."""
        spots = Frames.read(folder, faults).words["place"]
        names = city_place_words(folder, spots, lambda name: bool(keywords.evidence(name).factors))
        return cls(folder, keywords, PlaceWords(names))

    @property
    def shipped(self) -> Path:
        """Where a pack keeps the model made of its sentences."""
        return self.folder / SHIPPED

    def lessons(self, faults: Faults) -> list[Lesson]:
        """The sentences of the pack; none where it brings none."""
        return read_lessons(self.folder, self.keywords.catalogue, faults) if has_sentences(self.folder) else []

    def learner(self, more: str = "") -> Learner:
        """A learner for the categories of today; `more` marks what is learned beside the pack."""
        catalogue, keywords = self.keywords.catalogue, self.keywords
        keys = tuple(entry.category.key for entry in catalogue.entries())
        return Learner(
            keys=keys,
            places=self.places,
            listed=ListedWords(keywords, keys),
            conditions=condition_columns(catalogue),
            condition_words=lambda text, key: keywords.evidence(text).condition_shares(key),
            glossary=_glossary(keywords),
            inputs=self.inputs(more),
        )

    def classifier(self, model: TextModel) -> LearnedClassifier:
        """The classifier of the pack with a model."""
        return LearnedClassifier(self.keywords, self.places, model)

    def check(self, faults: Faults) -> None:
        """Note every fault of the sentences, and warn of a shipped model that was not made of the pack as it is."""
        self.lessons(faults)
        if not has_sentences(self.folder):
            return
        try:
            current = load_facts(self.shipped).inputs == self.inputs()
        except Invalid as error:
            faults.warn(SHIPPED, 0, error.en)
            return
        if not current:
            faults.warn(SHIPPED, 0, "was not made of the pack as it is: hub classify learn --pack makes it again")

    def inputs(self, more: str = "") -> str:
        """A hash of every file of the pack that a model depends on, and of `more`."""
        digest = hashlib.sha256(more.encode())
        names = [CATEGORIES, CONDITIONS, WORDS, INTENTS, _DIVISIONS]
        paths = [self.folder / name for name in names]
        paths += [self.folder / SENTENCES / FRAMES, *sentence_files(self.folder)]
        for path in paths:
            if path.exists():
                digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()[:16]


def _glossary(keywords: KeywordClassifier) -> list[Lesson]:
    """Words and conditions of a pack as lessons: a few words of a category together, and each condition in full."""
    lessons = []
    for entry in keywords.catalogue.entries():
        category = entry.category
        words = keywords.listed_words(category.key)
        together = [words[at : at + _WORDS_TOGETHER] for at in range(0, len(words), _WORDS_TOGETHER)]
        lessons += [Lesson("，".join(some), "problem", category.key) for some in together]
        for rule in entry.rules:
            text = "，".join((category.name + rule.condition.filing, *rule.keywords))
            lessons.append(Lesson(text, "problem", category.key, rule.condition.number))
    return lessons
