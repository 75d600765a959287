"""The router: who answers a row while a challenger is tried out against the champion.

The split is sticky: an entity meets the same variant each time, in every process and channel,
without a table to look it up in, because a hash of its id decides. The hash is salted with both
versions, so that each test draws its groups anew; with one salt for all tests, those who met the
last challenger would meet the next one too, and the effects of one test would leak into the next.
"""

from __future__ import annotations

from hashlib import blake2b

from ..design import section
from ..design.experiment import ExperimentDesign
from ..prediction_log.scored import Variant, pair_of

CHALLENGER_SHARE = section("experiment", ExperimentDesign).challenger_share


def assigned_variant(
    unit: str, champion_version: int | None, challenger_version: int | None
) -> Variant:
    """Return the variant that answers for `unit`: the entity's id, or else our id of the request.

    Without a challenger (None) it is always the champion.
    """
    if challenger_version is None:
        return "champion"
    salted = f"{pair_of(champion_version, challenger_version)}/{unit}".encode()
    drawn = int.from_bytes(blake2b(salted, digest_size=8).digest(), "big") / 2**64
    return "challenger" if drawn < CHALLENGER_SHARE else "champion"
