"""Scanning of uploads: the port, ClamAV's daemon behind it, and what follows from what it finds."""

from __future__ import annotations

from intake.scanning.clamd import Clamd
from intake.scanning.photos import PhotoIntake
from intake.scanning.rescan import Rescan
from intake.scanning.scanner import Finding, Scanner
from intake.scanning.screening import ScanFlag, ScanFlags, Screening

__all__ = ["Clamd", "Finding", "PhotoIntake", "Rescan", "ScanFlag", "ScanFlags", "Scanner", "Screening"]
