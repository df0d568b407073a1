"""What was found: a part, and words in both languages that end with what to do."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Findings:
    """Faults keep the hub from working or endanger what it holds; warnings will matter some day; notes are facts."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, part: str, words: str) -> None:
        """Something that must be mended; `words` are `zh / en`."""
        self._add(self.faults, part, words)

    def warn(self, part: str, words: str) -> None:
        """Something to know; `words` are `zh / en`."""
        self._add(self.warnings, part, words)

    def note(self, part: str, words: str) -> None:
        """Something that is as it should be, and worth knowing; `words` are `zh / en`."""
        self._add(self.notes, part, words)

    def broken(self, part: str) -> bool:
        """Whether the part has a fault already: what builds on it need not be looked at."""
        return any(words.partition(":")[0] == part for words in self.faults)

    def _add(self, found: list[str], part: str, words: str) -> None:
        line = f"{part}: {words}"
        if line not in found:
            found.append(line)
