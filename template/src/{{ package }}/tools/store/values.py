"""Feast: the values of features as they were at each row's time, and as they are now.

The definitions of `feature_repo/` are applied to the state folder.
"""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import typeguard
import yaml

from ...declare import last_snapshot
from ...ops import locks
from ...ops.paths import ROOT
from ...problem.schema import AGGREGATES, ENTITY_KEY, FEATURES, SNAPSHOT_EVERY
from ...settings import settings


@contextmanager
def _as_written() -> Generator[None]:
    """Import Feast as it is written: typeguard would compile each of its methods anew.

    That is two thirds of the time that its import takes. What typeguard checks are the definitions'
    types, and `make lint` checks those.
    """
    checked = typeguard.typechecked
    vars(typeguard)["typechecked"] = lambda target: target
    try:
        yield
    finally:
        vars(typeguard)["typechecked"] = checked


# Feast changes the process's warning filters when it is imported; the first of these undoes it.
with warnings.catch_warnings(), _as_written():
    import feast.infra.data_sources.mlflow.mlflow_dataset_source  # noqa: F401 (read with any source)
    from feast import Entity, FeatureService, FeatureStore, FeatureView, OnDemandFeatureView
    from feast.data_source import DataSource
    from feast.repo_config import RepoConfig

BATCH = 250
"""Entities that are asked for at once. More take longer: the collector of garbage sees them all."""
SERVICE = "model_inputs"
"""The feature service that lists the model's inputs."""

_A_SNAPSHOT = last_snapshot(datetime(2000, 1, 1, tzinfo=UTC), SNAPSHOT_EVERY)
_REPO = ROOT / "feature_repo"
_DEFINITIONS = (DataSource, Entity, FeatureView, OnDemandFeatureView, FeatureService)


def _lock_file() -> Path:
    """Return the lock that is held while the registry or the online store is written."""
    return settings().state_dir / "feast" / "lock"


@cache
def store() -> FeatureStore:
    """Return the store with the definitions of `feature_repo/` applied.

    The registry and the online store lie in the state folder, wherever that is.
    """
    state = settings().state_dir / "feast"
    state.mkdir(parents=True, exist_ok=True)
    config = yaml.safe_load((_REPO / "feature_store.yaml").read_text(encoding="utf-8"))
    config["registry"] = str(state / "registry.db")
    config["online_store"]["path"] = str(state / "online.db")
    # Feast writes its registry in place: nobody may read it meanwhile.
    with locks.waiting(_lock_file()):
        opened = FeatureStore(config=RepoConfig(repo_path=_REPO, **config))
        opened.apply(_definitions())
    # The sync process may be materializing while another one trains or scores from the history.
    opened.registry.serve_features_while_materializing = True
    return opened


def historical_features(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the features of `rows` as they were at each row's time.

    Args:
        rows: the entity key and `event_timestamp` (with time zone). A pair may repeat: two
            rides may begin at one place in the same second.

    Returns:
        float32, shape [len(rows), k], in the order and with the index of `rows`.
    """
    keys = [ENTITY_KEY, "event_timestamp"]
    # At the time of a snapshot what the one before it said still lives, by Feast's reckoning.
    times = rows["event_timestamp"]
    begins = (times - _A_SNAPSHOT) % pd.Timedelta(SNAPSHOT_EVERY) == pd.Timedelta(0)
    rows = rows[keys].assign(event_timestamp=times + begins * pd.Timedelta(microseconds=1))
    # A pair that repeats is asked for once: not every offline store gives it back as often.
    asked = rows.drop_duplicates()
    service = store().get_feature_service(SERVICE)
    joined = store().get_historical_features(entity_df=asked, features=service).to_df()
    joined["event_timestamp"] = pd.to_datetime(joined["event_timestamp"], utc=True)
    # The offline store does not keep the order of the rows: join by key.
    ordered = joined.set_index(keys).reindex(pd.MultiIndex.from_frame(rows))
    features = ordered[list(FEATURES)].astype(np.float32)
    return features.set_axis(rows.index)


def materialize(as_of: datetime) -> None:
    """Bring the online store to the snapshot at `as_of`."""
    opened = store()
    with locks.waiting(_lock_file()):
        opened.materialize(as_of - timedelta(seconds=1), as_of + timedelta(seconds=1))


def online_features(entities: Sequence[int] | Sequence[str], as_of: datetime) -> np.ndarray:
    """Return the features of `entities` as of the snapshot at `as_of`, float32 [n, k].

    They are NaN where they are missing, or the store has them of another snapshot.
    """
    service = store().get_feature_service(SERVICE)
    found = np.empty((len(entities), len(FEATURES)), np.float32)
    for start in range(0, len(entities), BATCH):
        asked = list(entities[start : start + BATCH])
        response = store().get_online_features(service, {ENTITY_KEY: asked})
        columns = response.to_dict(include_event_timestamps=True)
        with np.errstate(over="ignore"):  # infinite is what it is as float32, for others to refuse
            part = np.array([columns[name] for name in FEATURES], dtype=np.float32).T
        # Feast gives back what it was given last, however old, and beside it the time in seconds.
        part[np.array(columns[f"{AGGREGATES[0].name}__ts"]) != as_of.timestamp()] = np.nan
        found[start : start + BATCH] = part
    return found


def _definitions() -> list[Any]:
    """Return what follows from the schema, and the team's own definitions where there are any."""
    modules = [_imported("feature_definitions")]
    if (_REPO / "own_views.py").is_file():
        modules.append(_imported("own_views"))
    found = {
        id(value): value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, _DEFINITIONS)
    }
    return _without_empty_views(list(found.values()))


def _without_empty_views(definitions: Sequence[Any]) -> list[Any]:
    """Leave out on-demand views without fields, as that of the ratios where a schema has none.

    Feast would look for their fields in the data.
    """
    kinds = (FeatureView, OnDemandFeatureView)
    views: dict[str, Any] = {each.name: each for each in definitions if isinstance(each, kinds)}
    empty = {
        name
        for name, view in views.items()
        if isinstance(view, OnDemandFeatureView) and not view.features
    }

    def of_the_others(service: FeatureService) -> FeatureService:
        names = [projection.name for projection in service.feature_view_projections]
        if not empty & set(names):
            return service
        left = [views[name] for name in names if name not in empty]
        return FeatureService(name=service.name, features=left)

    kept = [each for each in definitions if getattr(each, "name", None) not in empty]
    return [of_the_others(each) if isinstance(each, FeatureService) else each for each in kept]


def _imported(name: str) -> ModuleType:
    """Return a module of `feature_repo/` by the name that Feast's own commands give it."""
    path = _REPO / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} can't be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # so that one of them can import from another
    spec.loader.exec_module(module)
    return module
