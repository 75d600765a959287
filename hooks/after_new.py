"""After a project was generated: what comes next, and what is weak in its answers.

Copier prints its message alone: it judges each answer by itself, and knows no warnings.
"""

from __future__ import annotations

from pathlib import Path

from ml_scaffold import answers
from ml_scaffold.check import check, listing
from ml_scaffold.project import ANSWERS_FILE
from ml_scaffold.questions import Questionnaire


def told(project: Path, questionnaire: Questionnaire) -> tuple[str, str]:
    """Return what a user does next in the new project, as the template words it, and what is weak
    in the answers that it was generated from; nothing if nothing is.
    """
    file = project / ANSWERS_FILE
    report = check(answers.read(file), questionnaire)
    message = questionnaire.settings.get("_message_after_copy", "")
    welcome = questionnaire.render(
        message, {**report.values, "_copier_conf": {"dst_path": project}}
    )
    if not report.faults:
        return welcome, ""
    changes = "there, `make redesign KEY=VALUE` changes an answer"
    return welcome, f"{listing(file, report)}\n{changes}\n"
