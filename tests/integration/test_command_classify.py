"""`hub classify` from outside: why a text is what it is, learning from the desk, choosing among versions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.e2e.outsider import CHECKOUT, Outsider

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Outsider:
    return Outsider(tmp_path_factory.mktemp("classify") / "data")


def test_explain_shows_guesses_with_their_words_and_nothing_else(installation: Outsider) -> None:
    text = "福林村128号对面有人占道经营摆摊"
    told = installation.hub("classify", "explain", text, "--json")
    best = told.json["guesses"][0]
    assert (told.code, told.err, told.json["text"], told.json["intent"]) == (0, "", text, "problem")
    assert (best["category_key"], best["name"], best["condition"]["number"]) == ("事件0501", "无照经营游商", 1)
    assert [text[slice(*one["span"])] for one in best["spans"]] == [one["words"] for one in best["spans"]]
    assert len(told.json["guesses"]) >= 3
    words = installation.hub("classify", "explain", text)
    assert "事件0501 无照经营游商" in words.out.decode().splitlines()[1]


def test_a_version_is_learned_listed_used_and_left_again(installation: Outsider) -> None:
    learned = installation.hub("classify", "learn", "--json").json
    assert (learned["number"], learned["in_use"], learned["facts"]["corrections"]) == (1, True, 0)
    listed = installation.hub("classify", "versions", "--json").json
    assert [(one["number"], one["in_use"]) for one in listed] == [(0, False), (1, True)]
    assert installation.hub("classify", "use", "0", "--json").json == {"in_use": 0}
    again = installation.hub("classify", "versions", "--json").json
    assert [(one["number"], one["in_use"]) for one in again] == [(0, True), (1, False)]


def test_a_version_that_is_not_there_is_a_problem_object(installation: Outsider) -> None:
    told = installation.hub("classify", "use", "77", "--json")
    assert (told.code, told.json["code"], told.json["detail"]) == (1, "not-found", "没有第77版模型。")


def test_the_model_of_a_pack_is_made_again_from_the_pack_alone(installation: Outsider, tmp_path: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(CHECKOUT / "cities" / "jinjiang", folder)
    (folder / "classifier.model").unlink()
    told = installation.hub("classify", "learn", "--pack", str(folder), "--json")
    assert (told.code, told.json["facts"]["corrections"], (folder / "classifier.model").exists()) == (0, 0, True)


def test_a_fault_in_the_sentences_is_named_and_no_model_is_made(installation: Outsider, tmp_path: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(CHECKOUT / "tests" / "data" / "tiny_city", folder)
    (folder / "sentences").mkdir()
    (folder / "sentences" / "a.csv").write_text(
        "intent,category_key,condition,sentence\nproblem,,,坏了\n", encoding="utf-8"
    )
    told = installation.hub("classify", "learn", "--pack", str(folder), "--json")
    assert (told.code, "sentences/a.csv:2: category_key" in json.dumps(told.json)) == (1, True)
    assert not (folder / "classifier.model").exists()
