"""The words of the field as frozen values. No framework, no I/O: everything else is written in terms of these."""

from intake.model.case import CaseGlimpse, CaseState, Settled
from intake.model.category import Category, CategoryGuess, Classification, Condition, Intent, Urgency
from intake.model.contact import Contact
from intake.model.decision import AnswerOnly, AskOperator, AttachToCase, ChaseUp, Decision, OpenCase
from intake.model.location import Datum, GivenPoint, Location, PlaceAnswer, PlaceCandidate, Precision
from intake.model.report import Correction, Evidence, EvidenceKind, Origin, Receipt, Report, WaitingReport
from intake.model.service_request import (
    RequestCategory,
    RequestFilter,
    RequestPlace,
    RequestStep,
    RequestTold,
    RequestUnit,
    ServiceRequest,
)
from intake.model.understanding import TraceStep, Understanding

__all__ = [
    "AnswerOnly",
    "AskOperator",
    "AttachToCase",
    "CaseGlimpse",
    "CaseState",
    "Category",
    "CategoryGuess",
    "ChaseUp",
    "Classification",
    "Condition",
    "Contact",
    "Correction",
    "Datum",
    "Decision",
    "Evidence",
    "EvidenceKind",
    "GivenPoint",
    "Intent",
    "Location",
    "OpenCase",
    "Origin",
    "PlaceAnswer",
    "PlaceCandidate",
    "Precision",
    "Receipt",
    "Report",
    "RequestCategory",
    "RequestFilter",
    "RequestPlace",
    "RequestStep",
    "RequestTold",
    "RequestUnit",
    "ServiceRequest",
    "Settled",
    "TraceStep",
    "Understanding",
    "Urgency",
    "WaitingReport",
]
