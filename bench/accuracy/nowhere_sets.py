"""Texts that must not get a sure place: of other cities, and of no place at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.accuracy.item import Item, SpotKind, Wanted
from bench.accuracy.wording import Drawing


def out_of_town(drawing: Drawing) -> Iterator[Item]:
    """Addresses of other cities and districts: with names that every city has, and with names that ours has too."""
    elsewhere, parts = drawing.table("elsewhere.csv"), drawing.file("elsewhere.txt")
    while True:
        far = _front(drawing, drawing.rng.choice(elsewhere)) + _name(drawing, parts)
        text = drawing.rng.choice(parts["wording"]).format(far=far, problem=drawing.one("problem"))
        yield Item(text, (), Wanted.NOTHING_SURE, note=far)


def _front(drawing: Drawing, row: Mapping[str, str]) -> str:
    """Enough of province, city, district and town to know that it is not here."""
    whole = [row["province"], row["city"], row["district"], row["town"]]
    shapes = [(0, 1, 2, 3), (1, 2, 3), (1, 2), (0, 1, 2), (2, 3)]
    # Our own city belongs to 泉州市 too: its name alone would not be another place.
    if row["city"] != "泉州市":
        shapes.append((1,))
    return "".join(whole[at] for at in drawing.rng.choice(shapes)) or row["province"]


def _name(drawing: Drawing, parts: Mapping[str, Sequence[str]]) -> str:
    number = f"{drawing.rng.randrange(1, 400)}号"
    road = drawing.rng.choice(parts["road"])
    ours = drawing.name([SpotKind.COMMUNITY, SpotKind.ROAD, SpotKind.LANDMARK]).name
    return drawing.rng.choice(
        [
            *(road, road + number, drawing.rng.choice(parts["landmark"]), road + drawing.rng.choice(parts["landmark"])),
            *(f"{road}{number}{drawing.rng.choice(parts['landmark'])}旁边", ours, ours + number),
        ]
    )


def no_place(drawing: Drawing) -> Iterator[Item]:
    """Complaints that name no place, consultation, praise, idle talk, gibberish."""
    parts = drawing.file("no_place.txt")
    kinds = ("complaint", "complaint", "question", "praise", "idle", "gibberish")
    fillers = {name: lines for name, lines in parts.items() if name not in kinds}
    while True:
        kind = drawing.rng.choice(kinds)
        chosen = {name: drawing.rng.choice(lines) for name, lines in fillers.items()}
        text = drawing.rng.choice(parts[kind]).format(**chosen)
        if kind == "gibberish":
            text += "".join(drawing.rng.choices("的了嗯啊哦是不我1234567890abc，。？ ", k=drawing.rng.randrange(6)))
        yield Item(text, (), Wanted.NOTHING_SURE, note=kind)
