"""Reading a city pack: tables and settings as data, every fault collected with file, line and reason."""

from intake.pack.faults import Fault, Faults
from intake.pack.tables import read_optional_rows, read_rows, read_toml

__all__ = ["Fault", "Faults", "read_optional_rows", "read_rows", "read_toml"]
