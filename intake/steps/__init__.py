"""The steps of the normaliser, each a small function with reasons for what it found."""
