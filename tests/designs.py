"""The designs that the render tests go through."""

from __future__ import annotations

from typing import Any

from ml_scaffold import answers
from support import ROOT

REFERENCE: dict[str, dict[str, Any]] = {
    name: answers.read(file) for name, file in answers.designs(ROOT).items()
}

STRUCTURAL: dict[str, dict[str, Any]] = {
    "nothing answered": {},
    "real-time only": {"serving_modes": ["real-time"], "licence": "Apache-2.0"},
    "batch only": {"serving_modes": ["batch"], "retraining": "scheduled"},
    "batch, by a person": {"serving_modes": ["batch"], "approval": "person", "retraining": "both"},
    "no test": {"challenger_share": 0, "licence": "Proprietary", "retraining": "both"},
    "no test, by a person": {"challenger_share": 0, "approval": "person"},
    "real-time, no test": {"serving_modes": ["real-time"], "challenger_share": 0},
    "monthly": {"retraining": "scheduled", "retraining_schedule": "monthly"},
    "constant": {"baseline": "constant", "trials": 2, "long_window_days": 90},
}
"""Each answer that adds, leaves out or swaps a file, in each of its values."""

LONGEST = {
    "package": "p" * 40,
    "entity": "e" * 30,
    "target": "t" * 30,
    "project_name": "W" * 60,
    "description": "y" * 200,
    "owner": "O" * 60,
}
SHORTEST = {"package": "p", "entity": "e", "target": "t", "project_name": "P", "owner": "O"}

HOSTILE_TEXT = [
    'it\'s "quoted" \\ and \\" more',
    "$HOME $(touch pwned) `touch pwned` ${x} %s",
    "{{ 7 * 7 }}{% if x %} {# y #}",
    "# not a comment: - [ ] *a* | b",
    "</title><script>alert(1)</script>&amp;",
    "Größe 😀 \U0001f469\u200d\U0001f680 日本語",
    "key: value # no",
    "a'''b\"\"\"c",
]
HOSTILE = {
    f"hostile {number}": {
        "project_name": text,
        "description": text,
        "owner": text,
        "package": "hostile",
        "licence": ["MIT", "Apache-2.0", "Proprietary"][number % 3],
    }
    for number, text in enumerate(HOSTILE_TEXT)
}

ALL = REFERENCE | STRUCTURAL | {"longest": LONGEST, "shortest": SHORTEST} | HOSTILE
