# ty: ignore[import-not-found]
"""The unavoidable parts of training the default design, in plain calls of the libraries.

Run with a project's own Python and the folder of a state that holds its toy data. Of the project
nothing is used but those parquet files. What it does: the weekly aggregates by DuckDB, the point
in time join and the online store by Feast, 20 trials of 3 walk-forward folds by Optuna in its
journal file, a fit of the best, its ONNX form, and in a new MLflow database a run with a child for
each trial, the model registered and aliased. The rows, the trials and the fits are those of the
project's own training.

What it doesn't do, though a project must: flows, settings, logs, the manifest with its references
and hashes, evaluation, plots, the decision threshold, the environment's versions, the gate.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from parts import Parts, report

WEEK = timedelta(days=7)
HOLDOUT, DELAY = timedelta(days=7), timedelta(days=2)
TRIALS, FOLDS, SEED = 20, 3, 7
DEFAULTS = {
    "n_estimators": 80,
    "learning_rate": 0.08,
    "num_leaves": 12,
    "min_child_samples": 40,
    "half_life_days": 30.0,
}
KINDS = (("visits", "visit"), ("orders", "order"), ("spend", "order"), ("tickets", "ticket"))
AGGREGATES = [f"{name}_{days}d" for name, _ in KINDS for days in (7, 30)]
FEATURES = [*AGGREGATES, "visits_trend", "order_value"]
NAME = "floor"
LIBRARIES = (
    "duckdb",
    "feast",
    "lightgbm",
    "mlflow.onnx",
    "onnxmltools",
    "optuna",
    "pandas",
    "sklearn.metrics",
)


def run(parts: Parts, state: Path) -> dict[str, Any]:
    """Train in `state`; return what both sides must have in common."""
    with parts.part("imports"):
        import_libraries()
        import duckdb
        import mlflow
        import pandas as pd
    with parts.part("aggregates"):
        outcomes = duckdb.sql(
            "SELECT customer_id, offered_at AS event_timestamp, accepted FROM "
            f"read_parquet('{state}/data/outcomes/*.parquet') WHERE known_at <= "
            f"'{(state / 'clock').read_text()}'::TIMESTAMPTZ ORDER BY offered_at, customer_id"
        ).df()
        outcomes["event_timestamp"] = outcomes["event_timestamp"].dt.tz_convert("UTC")
        asked = [monday(outcomes["event_timestamp"].iloc[i].to_pydatetime()) for i in (0, -1)]
        now = monday(datetime.fromisoformat((state / "clock").read_text()))
        (state / "snapshots").mkdir()
        time = asked[0]
        while time <= now:
            if time <= asked[1] or time == now:
                duckdb.execute(aggregate(state, time), {"time": time})
            time += WEEK
    with parts.part("Feast: apply"):
        store, service = feast_store(state)
    with parts.part("Feast: history"):
        joined = store.get_historical_features(
            entity_df=outcomes[["customer_id", "event_timestamp"]], features=service
        ).to_df()
        keys = ["customer_id", "event_timestamp"]
        joined["event_timestamp"] = pd.to_datetime(joined["event_timestamp"], utc=True)
        index = pd.MultiIndex.from_frame(outcomes[keys])
        features = joined.set_index(keys).reindex(index)[FEATURES].to_numpy("float32")
    time = outcomes["event_timestamp"]
    label = outcomes["accepted"].to_numpy("float64")
    known = (time <= time.iloc[-1] - HOLDOUT - DELAY).to_numpy()
    time, features, label = time[known], features[known], label[known]
    with parts.part("MLflow: a new database"):
        mlflow.set_tracking_uri(f"sqlite:///{state / 'mlflow.db'}")
        client = mlflow.MlflowClient()
        experiment = client.create_experiment(NAME, (state / "artifacts").as_uri())
        run_id = client.create_run(experiment).info.run_id
    with parts.part("tuning"):
        study, fits = tune(state, features, label, time)
    with parts.part("final fits"):
        model = fit(study.best_params, features, label, time)
    with parts.part("export"):
        onnx = convert(model)
    with parts.part("MLflow: runs and registry"):
        record(client, experiment, run_id, study, onnx)
    with parts.part("Feast: materialize"):
        second = timedelta(seconds=1)
        store.materialize(now - second, now + second)
    return {
        "rows": len(label),
        "trials": len(study.trials),
        "fits in tuning": fits,
        "best": study.best_value,
    }


def import_libraries() -> None:
    """Import all that is needed; Feast without typeguard, which would compile its methods anew."""
    import typeguard

    typeguard.typechecked = lambda target: target
    for name in LIBRARIES:
        import_module(name)


def monday(time: datetime) -> datetime:
    """Return the start of the week of `time`, in UTC."""
    first = datetime(1970, 1, 5, tzinfo=UTC)
    return time - (time - first) % WEEK


def aggregate(state: Path, time: datetime) -> str:
    """Return the statement that writes the snapshot of `time`."""
    columns = ", ".join(
        f"coalesce({'sum(amount)' if name == 'spend' else 'count(event_time)'} FILTER (WHERE "
        f"event = '{event}' AND event_time >= $time::TIMESTAMPTZ - INTERVAL {days} DAY), 0)"
        f"::DOUBLE AS {name}_{days}d"
        for name, event in KINDS
        for days in (7, 30)
    )
    return f"""
        COPY (
            SELECT customer_id, $time::TIMESTAMPTZ AS event_timestamp, {columns}
            FROM read_parquet('{state}/data/customers/*.parquet') LEFT JOIN (
                SELECT * FROM read_parquet('{state}/data/events/*.parquet')
                WHERE event_time >= $time::TIMESTAMPTZ - INTERVAL 30 DAY AND event_time < $time
            ) USING (customer_id)
            GROUP BY customer_id
        ) TO '{state}/snapshots/{time:%Y-%m-%d}.parquet' (FORMAT parquet)
    """


def feast_store(state: Path) -> tuple[Any, Any]:
    """Return a store in `state` with its definitions applied, and its feature service."""
    from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource
    from feast.on_demand_feature_view import on_demand_feature_view
    from feast.repo_config import RepoConfig
    from feast.types import Float64
    from feast.value_type import ValueType

    entity = Entity(name="customer", join_keys=["customer_id"], value_type=ValueType.INT64)
    source = FileSource(
        name="snapshots",
        path=str(state / "snapshots" / "*.parquet"),
        timestamp_field="event_timestamp",
    )
    view = FeatureView(
        name="aggregates",
        entities=[entity],
        ttl=timedelta(0),
        schema=[Field(name=name, dtype=Float64) for name in AGGREGATES],
        source=source,
    )

    @on_demand_feature_view(
        sources=[view],
        schema=[Field(name=name, dtype=Float64) for name in FEATURES[len(AGGREGATES) :]],
        mode="python",
    )
    def ratios(inputs: dict[str, list]) -> dict[str, list]:
        return {
            "visits_trend": [
                a / b * (30 / 7) if b else None
                for a, b in zip(inputs["visits_7d"], inputs["visits_30d"], strict=True)
            ],
            "order_value": [
                a / b if b else None
                for a, b in zip(inputs["spend_30d"], inputs["orders_30d"], strict=True)
            ],
        }

    service = FeatureService(name="model_inputs", features=[view, ratios])
    store = FeatureStore(
        config=RepoConfig(
            repo_path=state,
            project="floor",
            provider="local",
            registry=str(state / "registry.db"),
            offline_store={"type": "duckdb"},
            online_store={"type": "sqlite", "path": str(state / "online.db")},
            entity_key_serialization_version=3,
        )
    )
    store.apply([source, entity, view, ratios, service])
    return store, service


def fit(params: dict[str, Any], features: Any, label: Any, time: Any) -> Any:
    """Return a model fitted on rows whose weight halves every `half_life_days`."""
    import numpy as np
    from lightgbm import LGBMClassifier

    own = {key: value for key, value in params.items() if key != "half_life_days"}
    model = LGBMClassifier(
        **own,
        n_jobs=1,
        random_state=SEED,
        deterministic=True,
        force_row_wise=True,
        verbosity=-1,
    )
    age = (time.iloc[-1] - time).dt.total_seconds().to_numpy() / 86_400
    model.fit(features, label, sample_weight=np.exp2(-age / params["half_life_days"]))
    return model


def tune(state: Path, features: Any, label: Any, time: Any) -> tuple[Any, int]:
    """Return the finished study, and how many models it fitted."""
    import numpy as np
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend
    from sklearn.metrics import roc_auc_score

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    length = HOLDOUT / FOLDS
    ends = [time.iloc[-1] - fold * length for fold in range(FOLDS)]
    folds = [
        (
            (time <= end - length - DELAY).to_numpy(),
            ((time > end - length) & (time <= end)).to_numpy(),
        )
        for end in ends
    ]
    fits = 0

    def objective(trial: Any) -> float:
        nonlocal fits
        params = {
            "n_estimators": trial.suggest_int("n_estimators", 40, 160, step=20),
            "learning_rate": trial.suggest_float("learning_rate", 0.03, 0.2, log=True),
            "num_leaves": trial.suggest_int("num_leaves", 4, 32, log=True),
            "min_child_samples": trial.suggest_int("min_child_samples", 10, 100, log=True),
            "half_life_days": trial.suggest_float("half_life_days", 1.5, 60.0, log=True),
        }
        scores: list[float] = []
        for step, (past, following) in enumerate(folds):
            model = fit(params, features[past], label[past], time[past])
            fits += 1
            scored = model.predict_proba(features[following])[:, 1]
            scores.append(float(roc_auc_score(label[following], scored)))
            trial.report(float(np.mean(scores)), step)
            if step + 1 < FOLDS and trial.should_prune():
                raise optuna.TrialPruned
        return float(np.mean(scores))

    study = optuna.create_study(
        storage=JournalStorage(JournalFileBackend(str(state / "journal.log"))),
        sampler=optuna.samplers.TPESampler(seed=SEED),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=4),
        direction="maximize",
    )
    study.enqueue_trial(DEFAULTS)
    study.optimize(objective, n_trials=TRIALS)
    return study, fits


def convert(model: Any) -> Any:
    """Return the ONNX form of a fitted model."""
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType

    return onnxmltools.convert_lightgbm(
        model.booster_,
        initial_types=[("features", FloatTensorType([None, len(FEATURES)]))],
        zipmap=False,
    )


def record(client: Any, experiment: str, run_id: str, study: Any, onnx: Any) -> None:
    """Log the run, with a child for each trial, and register the model under an alias."""
    import mlflow
    import numpy as np
    from mlflow.entities import Metric, Param
    from mlflow.models import ModelSignature
    from mlflow.types import Schema, TensorSpec

    for trial in study.trials:
        child = client.create_run(experiment, tags={"mlflow.parentRunId": run_id}).info.run_id
        metrics = [Metric(f"fold_{k}", v, 0, 0) for k, v in trial.intermediate_values.items()]
        params = [Param(key, str(value)) for key, value in trial.params.items()]
        client.log_batch(child, metrics, params)
        client.set_terminated(child)
    client.log_batch(
        run_id,
        [Metric("score", study.best_value, 0, 0)],
        [Param(key, str(value)) for key, value in study.best_params.items()],
    )
    signature = ModelSignature(
        inputs=Schema([TensorSpec(np.dtype(np.float32), (-1, len(FEATURES)), "features")])
    )
    with mlflow.start_run(run_id=run_id):
        mlflow.onnx.log_model(
            onnx,
            name="model",
            signature=signature,
            pip_requirements=["onnxruntime", "numpy"],
            registered_model_name=NAME,
        )
    client.set_registered_model_alias(NAME, "champion", "1")


if __name__ == "__main__":
    report(run)
