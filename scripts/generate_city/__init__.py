"""Invents the geography of the demo city around its real names: seeded, and the same bytes at every run."""
