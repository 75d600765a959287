"""The catalogue of rules: what each is reported as, and why it exists.

What a rule says is a macro of that name in `generator/rules`. One that is an error is called by the
validator of its question, which Copier runs as well; one that warns is called by the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, Template, nodes

from .data import load

FILE = Path("generator", "rules", "catalogue.yml")
Severity = Literal["error", "warning"]
Purpose = Literal["project", "document"]
"""What a design is for: a project generated from it, or its design document alone."""


@dataclass(frozen=True)
class Rule:
    """One rule that a design must keep, or should.

    Attributes:
        question: at which it is reported; nothing where many questions share it.
        why: what goes wrong without it.
        source: where that is said, or was measured.
        warns: Jinja that renders what a warning says, given all values of a design.
        passes, fails: answers over the defaults that keep it and that break it.
        purpose: what those two designs are for.
    """

    name: str
    severity: Severity
    why: str
    source: str
    passes: Mapping[str, Any]
    fails: Mapping[str, Any]
    question: str = ""
    warns: str = field(default="", repr=False)
    purpose: Purpose = "project"


def read(root: Path) -> dict[str, Rule]:
    """Return the rules of the template in `root` by name; none if it has no catalogue."""
    return {name: Rule(name, **details) for name, details in load(root / FILE).items()}


def split(validator: str, environment: Environment) -> tuple[tuple[str, Template], ...]:
    """Return each rule that a validator calls, by name: `{{ one(x) or other(x, y) }}` calls two.

    A validator of any other form is no call of rules, and there are none.
    """
    tree = environment.parse(validator)
    imports = list(tree.find_all(nodes.FromImport))
    known = {name for each in imports for name in each.names if isinstance(name, str)}
    found: list[tuple[str, Template]] = []
    pending = [each for output in tree.find_all(nodes.Output) for each in output.nodes]
    while pending:
        match pending.pop(0):
            case nodes.Or(left=left, right=right):
                pending[:0] = [left, right]
            case nodes.Call(node=nodes.Name(name=name)) as call if name in known:
                alone = nodes.Template([*imports, nodes.Output([call])], lineno=1)
                code = environment.compile(alone)
                found.append((name, Template.from_code(environment, code, environment.globals)))
            case nodes.TemplateData(data=data) if not data.strip():
                pass
            case _:
                return ()
    return tuple(found)
