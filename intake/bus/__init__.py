"""Buses: they wake people up and lose nothing, because they hold nothing."""
