"""Who serves: the aliases candidate, staging and champion, and the record of each change."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog
from mlflow.exceptions import MlflowException

from ..contracts import Decision
from ..errors import UserError
from ..ops import clock
from .tracking import MODEL_NAME, client, run_of

_log = structlog.get_logger(stage="registry")


class PromotionError(UserError):
    """There is nothing to promote or to roll back to, or it did not pass the gate."""


def version_of(alias: str) -> int | None:
    """Return the version that bears `alias`, or None.

    The champion is not in staging: where it bears both, its promotion broke off before the end.
    """
    try:
        version = int(client().get_model_version_by_alias(MODEL_NAME, alias).version)
    except MlflowException as error:
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            return None
        raise
    return None if alias == "staging" and version == version_of("champion") else version


def settle(decision: Decision) -> str:
    """Record the gate's decision on its version and act on it; return the alias that it got.

    A version that passed becomes the challenger in staging, or the champion where there is none
    yet. A refused version keeps no alias and the answer is `refused`.
    """
    version = str(decision.version)
    for criterion in decision.criteria:
        verdict = "passed" if criterion.passed else "refused"
        text = f"{criterion.value:.6g} {criterion.comparison} {criterion.threshold:.6g}: {verdict}"
        client().set_model_version_tag(MODEL_NAME, version, f"gate.{criterion.name}", text)
    client().set_model_version_tag(
        MODEL_NAME, version, "gate", "passed" if decision.passed else "refused"
    )
    client().log_dict(run_of(decision.version), to_dict(decision), "gate.json")
    client().delete_registered_model_alias(MODEL_NAME, "candidate")
    if not decision.passed:
        _log.warning("candidate refused", version=decision.version, reason=decision.reason)
        return "refused"
    if version_of("champion") is None:
        _make_champion(decision.version, by="gate", reason="the first model that passed")
        return "champion"
    _tag(decision.version, {"staged_at": clock.now().isoformat()})
    client().set_registered_model_alias(MODEL_NAME, "staging", version)
    return "staging"


def promotions() -> list[dict[str, Any]]:
    """Return every promotion, oldest first: version, replaced, by, reason, at."""
    made = [
        {
            "version": int(entity.version),
            "replaced": int(entity.tags["replaced"]) if "replaced" in entity.tags else None,
            "by": entity.tags["promoted_by"],
            "reason": entity.tags["promoted_because"],
            "at": datetime.fromisoformat(entity.tags["promoted_at"]),
        }
        for entity in client().search_model_versions(f"name = '{MODEL_NAME}'")
        if "promoted_at" in entity.tags
    ]
    return sorted(made, key=lambda change: (change["at"], change["version"]))


def champion_since() -> datetime | None:
    """Return when the champion took over, by promotion or rollback; None if neither was recorded.

    An alias that somebody set by hand has no time.
    """
    times = [
        datetime.fromisoformat(entity.tags[tag])
        for entity in client().search_model_versions(f"name = '{MODEL_NAME}'")
        for tag in ("promoted_at", "rolled_back_at")
        if tag in entity.tags
    ]
    return max(times, default=None)


def last_training() -> datetime:
    """Return when the newest version that the gate judged was trained, whatever became of it.

    A training that broke off before that is none: the policy may ask for it again.

    Raises:
        PromotionError: nothing was ever trained.
    """
    found = client().search_model_versions(f"name = '{MODEL_NAME}'")
    versions = [version for version in found if "gate" in version.tags]
    if not versions:
        raise PromotionError("nothing was ever trained: run `make train`")
    newest = max(versions, key=lambda version: int(version.version))
    run = client().get_run(run_of(int(newest.version)))
    return datetime.fromisoformat(run.data.tags["clock"])


def staged_at(version: int) -> datetime | None:
    """Return when a version came into staging; None if it never did."""
    tag = client().get_model_version(MODEL_NAME, str(version)).tags.get("staged_at")
    return datetime.fromisoformat(tag) if tag else None


def to_dict(decision: Decision) -> dict[str, object]:
    """Return the decision as JSON holds it: each criterion with value, threshold and verdict."""
    criteria = [asdict(each) | {"passed": each.passed} for each in decision.criteria]
    return {
        "version": decision.version,
        "passed": decision.passed,
        "reason": decision.reason,
        "criteria": criteria,
    }


def approve(by: str, reason: str) -> int:
    """Make the challenger in staging the champion; return its version.

    Raises:
        PromotionError: nothing is in staging, or it did not pass the gate.
    """
    version = version_of("staging")
    if version is None:
        raise PromotionError("nothing is in staging: run `make train` and see what the gate says")
    if client().get_model_version(MODEL_NAME, str(version)).tags.get("gate") != "passed":
        raise PromotionError(f"version {version} did not pass the gate")
    _make_champion(version, by, reason)
    client().delete_registered_model_alias(MODEL_NAME, "staging")
    return version


def hold(version: int, reason: str) -> None:
    """Leave the challenger in staging until a person decides."""
    _tag(version, {"held_because": reason})
    _log.warning("a challenger waits for a person's decision", version=version, reason=reason)


def held_because(version: int) -> str | None:
    """Return why a version waits for a person's decision; None if it doesn't."""
    return client().get_model_version(MODEL_NAME, str(version)).tags.get("held_because")


def reject(by: str, reason: str) -> int:
    """Take the challenger out of staging; return its version.

    Raises:
        PromotionError: nothing is in staging.
    """
    version = version_of("staging")
    if version is None:
        raise PromotionError("nothing is in staging")
    _tag(version, {"rejected_by": by, "rejected_because": reason})
    client().delete_registered_model_alias(MODEL_NAME, "staging")
    _log.info("challenger rejected", version=version, by=by, reason=reason)
    return version


def rollback(by: str) -> int:
    """Make the version that the champion replaced the champion again; return it.

    Raises:
        PromotionError: the champion replaced nothing.
    """
    champion = version_of("champion")
    if champion is None:
        raise PromotionError("there is no champion to roll back")
    replaced = client().get_model_version(MODEL_NAME, str(champion)).tags.get("replaced")
    if replaced is None:
        raise PromotionError(f"version {champion} replaced no other: nothing to roll back to")
    client().set_registered_model_alias(MODEL_NAME, "champion", replaced)
    _tag(champion, {"rolled_back_by": by, "rolled_back_at": clock.now().isoformat()})
    _log.warning("rolled back", version=champion, to=int(replaced), by=by)
    return int(replaced)


def _make_champion(version: int, by: str, reason: str) -> None:
    tags = {
        "promoted_by": by,
        "promoted_at": clock.now().isoformat(),
        "promoted_because": reason,
    }
    standing = version_of("champion")
    if standing is not None:
        tags["replaced"] = str(standing)
    _tag(version, tags)
    client().set_registered_model_alias(MODEL_NAME, "champion", str(version))
    _log.info("promoted", version=version, by=by, reason=reason)


def _tag(version: int, tags: dict[str, str]) -> None:
    for key, value in tags.items():
        client().set_model_version_tag(MODEL_NAME, str(version), key, value)
