"""What holds the features, by entity and time: `values` reads them as they were and as they are.

Another store brings a module of that name with the same three functions: `historical_features`,
`materialize` and `online_features`. It reads the snapshots below `features/snapshots` of the state
folder, a Parquet file each, and gives the features of `problem/schema.py` in their order. `page` is
its own page, where it has one.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from ...ops.paths import ROOT
from ..pages import Page, at, script


def page(state: Path) -> Page:
    """Return Feast's page of the definitions that were applied below `state`."""
    repository = ROOT / "feature_repo"
    registry = state / "feast" / "registry.db"

    def command(port: int) -> list[str]:
        # Feast's own settings name the default state folder; this one may lie elsewhere.
        content = yaml.safe_load((repository / "feature_store.yaml").read_text(encoding="utf-8"))
        content["registry"] = str(registry)
        content["online_store"]["path"] = str(registry.with_name("online.db"))
        path = registry.with_name("feature_store.yaml")
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        where = ["--chdir", str(repository), "--feature-store-yaml", str(path)]
        return [*script("feast"), *where, "ui", *at(port)]

    return Page("Feast", registry, 8888, command)
