"""Who serves: the aliases candidate, staging and champion, and the record of each change."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

import structlog

from ..contracts import Decision
from ..errors import UserError
from ..ops import clock
from ..tools import versions
from ..tools.tracking import runs
from .record import run_of, tags_of

CHANCE = "chance."
"""What the tags of a version begin with that say how often chance alone would decide."""

_log = structlog.get_logger(stage="registry")


class PromotionError(UserError):
    """There is nothing to promote or to roll back to, or it did not pass the gate."""


def version_of(alias: str) -> int | None:
    """Return the version that bears `alias`, or None.

    The champion is not in staging: where it bears both, its promotion broke off before the end.
    """
    aliases = versions.aliases()
    version = aliases.get(alias)
    return None if alias == "staging" and version == aliases.get("champion") else version


def champion() -> int:
    """Return the version that serves.

    Raises:
        PromotionError: there is none; the message says what brings one.
    """
    version, waiting = version_of("champion"), version_of("staging")
    if version is not None:
        return version
    if waiting is None:
        raise PromotionError("there is no champion: run `make train`, and see what the gate says")
    raise PromotionError(f"there is no champion: version {waiting} waits for `make approve`")


def settle(decision: Decision) -> str:
    """Record the gate's decision on its version and act on it; return the alias that it got.

    A version that passed goes into staging, the first one too: who lets it take over is up to the
    design. A refused version keeps no alias and the answer is `refused`.
    """
    version = decision.version
    for criterion in decision.criteria:
        text = f"{criterion.value:.6g} {criterion.comparison} {criterion.threshold:.6g}"
        versions.tag(version, {f"gate.{criterion.name}": f"{text}: {_verdict(criterion.passed)}"})
    told = {f"{CHANCE}{name}": f"{share:.2%}" for name, share in decision.chances.items()}
    versions.tag(version, told | {"gate": _verdict(decision.passed)})
    runs.keep_text(run_of(version), json.dumps(to_dict(decision), indent=2), "gate.json")
    versions.take("candidate")
    if not decision.passed:
        _log.warning("candidate refused", version=version, reason=decision.reason)
        return "refused"
    waiting = version_of("staging")
    if waiting is not None:
        replaced = {"rejected_by": f"version {version}", "rejected_because": "replaced in staging"}
        versions.tag(waiting, replaced)
    versions.tag(version, {"staged_at": clock.now().isoformat()})
    versions.give("staging", version)
    return "staging"


def _verdict(passed: bool) -> str:
    return "passed" if passed else "refused"


def champion_since() -> datetime | None:
    """Return when the champion took over, by promotion or rollback; None if neither was recorded.

    An alias that somebody set by hand has no time.
    """
    times = [
        datetime.fromisoformat(each.tags[tag])
        for each in versions.every()
        for tag in ("promoted_at", "rolled_back_at")
        if tag in each.tags
    ]
    return max(times, default=None)


def last_training() -> datetime:
    """Return when the newest version that the gate judged was trained, whatever became of it.

    A training that broke off before that is none: the policy may ask for it again.

    Raises:
        PromotionError: nothing was ever trained.
    """
    judged = [each.number for each in versions.every() if "gate" in each.tags]
    if not judged:
        raise PromotionError("nothing was ever trained: run `make train`")
    return datetime.fromisoformat(runs.read(run_of(max(judged))).tags["clock"])


def staged_at(version: int) -> datetime | None:
    """Return when a version came into staging; None if it never did."""
    tag = tags_of(version).get("staged_at")
    return datetime.fromisoformat(tag) if tag else None


def paired_since(champion: int, challenger: int) -> datetime:
    """Return since when one version has been the champion and another the challenger in staging.

    Whatever promoted, rolled back or staged one says when. An alias that somebody set by hand has
    no time: that change counts from when this is first asked, and is recorded here.
    """
    now, tags, pair = clock.now(), tags_of(challenger), f"{champion}/{challenger}"
    staged = staged_at(challenger)
    known = staged and max(staged, champion_since() or staged)
    told = datetime.fromisoformat(tags["paired_at"]) if "paired_at" in tags else None
    # A time that is yet to come is of a clock that was set back: it would hold up the test.
    known, told = (None if each and each > now else each for each in (known, told))
    if told is not None and tags["pair"] == pair:
        return max(told, known or told)
    since = now if known is None or (told is not None and told >= known) else known
    versions.tag(challenger, {"pair": pair, "paired_at": since.isoformat()})
    return since


def to_dict(decision: Decision) -> dict[str, object]:
    """Return the decision as JSON holds it: each criterion with value, threshold and verdict."""
    criteria = [asdict(each) | {"passed": each.passed} for each in decision.criteria]
    return {
        "version": decision.version,
        "passed": decision.passed,
        "reason": decision.reason,
        "criteria": criteria,
        "chances": dict(decision.chances),
    }


def approve(by: str, reason: str) -> int:
    """Make the challenger in staging the champion; return its version.

    Raises:
        PromotionError: nothing is in staging, or it did not pass the gate.
    """
    version = version_of("staging")
    if version is None:
        raise PromotionError("nothing is in staging: run `make train` and see what the gate says")
    if tags_of(version).get("gate") != "passed":
        raise PromotionError(f"version {version} did not pass the gate")
    _make_champion(version, by, reason)
    versions.take("staging")
    return version


def hold(version: int, reason: str) -> None:
    """Leave the challenger in staging until a person decides."""
    versions.tag(version, {"held_because": reason, "held_test": _test_of(version)})
    _log.warning("a challenger waits for a person's decision", version=version, reason=reason)


def held_because(version: int) -> str | None:
    """Return why a version waits for a person's decision; None if it doesn't.

    What ended one test says nothing of the next, which another champion begins.
    """
    tags = tags_of(version)
    of_this = tags.get("held_test", _test_of(version)) == _test_of(version)
    return tags.get("held_because") if of_this else None


def _test_of(version: int) -> str:
    """Return what names the test of a challenger: its pair, and since when, as far as recorded."""
    tags = tags_of(version)
    return f"{tags.get('pair')} since {tags.get('paired_at')}"


def reject(by: str, reason: str) -> int:
    """Take the challenger out of staging; return its version.

    Raises:
        PromotionError: nothing is in staging.
    """
    version = version_of("staging")
    if version is None:
        raise PromotionError("nothing is in staging")
    versions.tag(version, {"rejected_by": by, "rejected_because": reason})
    versions.take("staging")
    _log.info("challenger rejected", version=version, by=by, reason=reason)
    return version


def rollback(by: str) -> int:
    """Make the version that the champion replaced the champion again; return it.

    Raises:
        PromotionError: the champion replaced nothing.
        UserError: what it replaced is no longer in the registry.
    """
    champion = version_of("champion")
    if champion is None:
        raise PromotionError("there is no champion to roll back")
    tags = tags_of(champion)
    if "replaced" not in tags:
        raise PromotionError(f"version {champion} replaced no other: nothing to roll back to")
    replaced = int(tags["replaced"])
    tags_of(replaced)  # it may have been deleted
    versions.give("champion", replaced)
    versions.tag(champion, {"rolled_back_by": by, "rolled_back_at": clock.now().isoformat()})
    _log.warning("rolled back", version=champion, to=replaced, by=by)
    return replaced


def _make_champion(version: int, by: str, reason: str) -> None:
    tags = {
        "promoted_by": by,
        "promoted_at": clock.now().isoformat(),
        "promoted_because": reason,
    }
    standing = version_of("champion")
    if standing is not None:
        tags["replaced"] = str(standing)
    versions.tag(version, tags)
    versions.give("champion", version)
    _log.info("promoted", version=version, by=by, reason=reason)
