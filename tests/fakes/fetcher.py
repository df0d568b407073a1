"""The internet, as far as a test needs it."""

from __future__ import annotations

from intake.errors import Invalid


class FakeFetcher:
    """Implements `intake.channels.fetching.Fetcher`: addresses and what they hold; `asked` are those looked at."""

    def __init__(self, **files: bytes) -> None:
        self.files = {f"https://photos.example/{name}.jpg": content for name, content in files.items()}
        self.asked: list[str] = []

    async def fetch(self, url: str) -> bytes:
        """As the port says."""
        self.asked.append(url)
        if url not in self.files:
            raise Invalid("没有取到。", "It could not be fetched.")
        return self.files[url]
