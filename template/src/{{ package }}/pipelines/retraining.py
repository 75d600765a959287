"""The retraining flow: what the policy asks for when it wants a new model."""

from __future__ import annotations

from prefect import flow

from .training import Trained, training


@flow(name="retraining")
def retraining(reason: str = "scheduled", seed: int | None = None) -> Trained:
    """Tune and train a challenger on the rows known now; the gate judges it as any other."""
    return training(seed=seed, reason=reason)
