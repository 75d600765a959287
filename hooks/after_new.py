"""After a project was generated: what comes next, and what is weak in its answers.

Copier prints its message alone: it judges each answer by itself, and knows no warnings.
"""

from __future__ import annotations

from pathlib import Path

from ml_scaffold import answers
from ml_scaffold.check import check, listing
from ml_scaffold.project import ANSWERS_FILE
from ml_scaffold.questions import Questionnaire


def welcome(project: Path, questionnaire: Questionnaire) -> str:
    """Return what a user does next in the new project, as the template words it."""
    values = answers.read(project / ANSWERS_FILE)
    message = questionnaire.settings.get("_message_after_copy", "")
    return questionnaire.render(message, {**values, "_copier_conf": {"dst_path": project}})


def weaknesses(project: Path, questionnaire: Questionnaire) -> str:
    """Return what is weak in the answers that were given; nothing if nothing is."""
    file = project / ANSWERS_FILE
    report = check(answers.read(file), questionnaire)
    if not report.faults:
        return ""
    return f"{listing(file, report)}\nthere, `make redesign KEY=VALUE` changes an answer\n"
