"""What a model card says of a training's rows."""

from __future__ import annotations

from typing import Any

from ..contracts import Split


def rows(parts: Split) -> dict[str, dict[str, Any]]:
    """Return in plain values the size, time span and mean outcome of each part."""
    named = {"train": parts.train, "validation": parts.validation, "test": parts.test}
    return {
        name: {
            "rows": len(part),
            "from": part.time.iloc[0].isoformat(),
            "until": part.time.iloc[-1].isoformat(),
            "mean_outcome": float(part.label.mean()),
        }
        for name, part in named.items()
    }
