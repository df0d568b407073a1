"""The catalogue: categories, filing conditions, and the classifiers that choose among them."""

from case_api.catalogue.catalogue import Catalogue, CategoryEntry, ConditionRule
from case_api.catalogue.city_learning import CityLearning
from case_api.catalogue.classifier import KeywordClassifier
from case_api.catalogue.current import CurrentClassifier
from case_api.catalogue.learned import LearnedClassifier
from case_api.catalogue.learning import share_right
from case_api.catalogue.reading import read_catalogue
from case_api.catalogue.rows import IntentRow, WordRow
from case_api.catalogue.sentences import Lesson, lesson_is_read
from case_api.catalogue.shelf import ModelShelf, Version, write_model
from case_api.catalogue.text_model import ModelFacts, TextModel, load_facts, load_model
from case_api.catalogue.vocabulary import read_classifier

__all__ = [
    "Catalogue",
    "CategoryEntry",
    "CityLearning",
    "ConditionRule",
    "CurrentClassifier",
    "IntentRow",
    "KeywordClassifier",
    "LearnedClassifier",
    "Lesson",
    "ModelFacts",
    "ModelShelf",
    "TextModel",
    "Version",
    "WordRow",
    "lesson_is_read",
    "load_facts",
    "load_model",
    "read_catalogue",
    "read_classifier",
    "share_right",
    "write_model",
]
