"""The catalogue: categories, filing conditions, and the classifier that chooses among them."""

from case_api.catalogue.catalogue import Catalogue, CategoryEntry, ConditionRule
from case_api.catalogue.classifier import KeywordClassifier
from case_api.catalogue.reading import read_catalogue
from case_api.catalogue.rows import IntentRow, WordRow
from case_api.catalogue.vocabulary import read_classifier

__all__ = [
    "Catalogue",
    "CategoryEntry",
    "ConditionRule",
    "IntentRow",
    "KeywordClassifier",
    "WordRow",
    "read_catalogue",
    "read_classifier",
]
