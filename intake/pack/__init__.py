"""Reading a city pack: tables and settings as data, every fault collected with file, line and reason."""

from intake.pack.faults import Fault, Faults
from intake.pack.tables import read_rows, read_toml

__all__ = ["Fault", "Faults", "read_rows", "read_toml"]
