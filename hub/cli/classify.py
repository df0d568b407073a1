"""`hub classify ...`: why a text is taken for what it is, and models that learn from the desk."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from hub.cli.running import json_option, print_json, readable, run, supervised
from hub.learning import LEARNED_WORSE, Learned, learn_pack, learn_version
from hub.wiring import Hub
from intake.model import CategoryGuess, Classification


@click.group()
def classify() -> None:
    """Texts to categories: explain one, learn from the desk's corrections, choose among versions."""


@classify.command()
@click.argument("text", callback=readable)
@json_option
def explain(text: str, as_json: bool) -> None:
    """What TEXT is taken for, how surely, and which of its words say so."""

    async def work(hub: Hub) -> Classification:
        return hub.classifier.classify(text)

    found = run(work, as_json=as_json)
    if as_json:
        print_json(explained(text, found))
        return
    click.echo(f"{found.intent}  {found.urgency}")
    for reason in found.reasons:
        click.echo(f"  - {reason}")
    for guess in found.guesses:
        condition = f"条件{guess.condition.number} {guess.condition.filing}"
        click.echo(f"{guess.confidence:.3f}  {guess.category.key} {guess.category.name}  {condition}")
        for reason in guess.reasons:
            click.echo(f"         - {reason}")


def explained(text: str, found: Classification) -> dict[str, Any]:
    """A classification as the command prints it."""
    return {
        "text": text,
        "intent": str(found.intent),
        "urgency": str(found.urgency),
        "guesses": [_guess(text, one) for one in found.guesses],
        "reasons": list(found.reasons),
    }


def _guess(text: str, guess: CategoryGuess) -> dict[str, Any]:
    return {
        "category_key": guess.category.key,
        "name": guess.category.name,
        "name_en": guess.category.name_en,
        "condition": {"number": guess.condition.number, "filing": guess.condition.filing},
        "confidence": guess.confidence,
        "spans": [{"span": [start, end], "words": text[start:end]} for start, end in guess.spans],
        "reasons": list(guess.reasons),
    }


@classify.command()
@click.option("--anyway", is_flag=True, help="Use the new version even if it does worse than the one in use.")
@click.option("--pack", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Write the pack's model.")
@json_option
def learn(anyway: bool, pack: Path | None, as_json: bool) -> None:
    """Learn a new version from the city's sentences and the desk's corrections, and use it unless it does worse.

    With --pack: make the model that a city pack ships, of the sentences in that folder alone.
    """
    if pack is not None:
        with supervised(as_json=as_json):
            facts = learn_pack(pack)
        learned = Learned(0, facts, facts.first, facts.first, True)
    else:

        async def work(hub: Hub) -> Learned:
            return await learn_version(hub, anyway=anyway)

        learned = run(work, as_json=as_json)
    if as_json:
        print_json(asdict(learned))
        return
    facts = learned.facts
    click.echo(f"第{learned.number}版：例句{facts.sentences}条，坐席更正{facts.corrections}条")
    click.echo(f"留一检验：类别首选 {facts.first:.3f}，前三 {facts.in_three:.3f}")
    click.echo(f"　　　　　意图 {facts.intents:.3f}，立案条件 {facts.conditions:.3f}")
    if pack is not None:
        click.echo("已写入城市包。")
    elif learned.in_use:
        click.echo("已启用，运行中的系统数秒内换用。")
    else:
        click.echo(LEARNED_WORSE.format(new=learned.right, old=learned.right_before, number=learned.number))


@classify.command()
@json_option
def versions(as_json: bool) -> None:
    """All versions of the model; 0 came with the city pack."""

    async def work(hub: Hub) -> list[dict[str, Any]]:
        return [asdict(one) for one in hub.models.versions()]

    found = run(work, as_json=as_json)
    if as_json:
        print_json(found)
        return
    for one in found:
        facts = one["facts"]
        made = facts["made_at"] or "随城市包"
        scores = f"{facts['first']:.3f} / {facts['in_three']:.3f}"
        counts = f"例句{facts['sentences']} 更正{facts['corrections']}"
        click.echo(f"{'*' if one['in_use'] else ' '} {one['number']:4}  {made}  {counts}  {scores}  {facts['inputs']}")


@classify.command()
@click.argument("number", type=click.IntRange(min=0))
@json_option
def use(number: int, as_json: bool) -> None:
    """Let the hub use version NUMBER; a running one takes it within seconds."""

    async def work(hub: Hub) -> None:
        hub.models.use(number)

    run(work, as_json=as_json)
    if as_json:
        print_json({"in_use": number})
    else:
        click.echo(f"已启用第{number}版。")
