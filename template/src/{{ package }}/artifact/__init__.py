"""The artifact: one folder that training exports and that every way of serving loads."""

from __future__ import annotations

from .manifest import ArtifactError, FeatureSpec, Manifest, Reference
from .scorer import InputError, Scorer, load, verify

__all__ = [
    "ArtifactError",
    "FeatureSpec",
    "InputError",
    "Manifest",
    "Reference",
    "Scorer",
    "load",
    "verify",
]
