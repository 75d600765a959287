"""The questions of a template, read from the files that Copier reads.

Defaults, conditions and validators stay Jinja source here and are rendered by an environment like
Copier's, so a rule that is written once answers alike in both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment

from . import parts, rules
from .errors import ScaffoldError

KINDS: Mapping[str, type] = {"str": str, "int": int, "float": float, "bool": bool, "yaml": object}


@dataclass(frozen=True)
class Question:
    """One question: how its answer is typed, offered, hidden and validated."""

    name: str
    kind: str
    help: str
    default: Any
    choices: tuple[Any, ...]
    multiple: bool
    when: str | bool
    ask: str | bool
    validator: str

    @property
    def computed(self) -> bool:
        """Whether the value follows from other answers and is never asked."""
        return self.when is False

    @property
    def types(self) -> tuple[type, ...]:
        """Of which types an answer may be; where it is a list of choices, each of these."""
        if self.kind == "yaml":  # what it holds is what its default holds
            return (list, dict) if isinstance(self.default, str) else (type(self.default),)
        return (int, float) if self.kind == "float" else (KINDS[self.kind],)


class Questionnaire:
    """All questions of a template, in their order, its settings, parts and catalogue of rules."""

    def __init__(self, root: Path) -> None:
        """Read `copier.yml` in `root` and the files it includes.

        Raises:
            ScaffoldError: there is no such file, or it holds what this version can't read.
        """
        self._environment = SandboxedEnvironment(
            loader=FileSystemLoader(root),
            extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
            undefined=StrictUndefined,
            keep_trailing_newline=True,
            optimized=False,
        )
        self._compiled: dict[str, Template] = {}
        settings: dict[str, Any] = {}
        questions: dict[str, Question] = {}
        for section in _documents(root / "copier.yml", root):
            for name, details in section.items():
                if name.startswith("_"):
                    settings[name] = details
                elif name in questions:
                    raise ScaffoldError(f"the template in {root} asks `{name}` twice")
                else:
                    questions[name] = self._question(name, details)
        self.settings = settings
        self.questions = tuple(questions.values())
        self.parts = parts.read(root)
        self.not_generated = parts.not_generated(self.parts)
        self.catalogue = rules.read(root)

    def names(self) -> tuple[str, ...]:
        """Return the names that an answer file may hold: what is stored, not what is computed."""
        return tuple(question.name for question in self.questions if not question.computed)

    def render(self, source: Any, context: Mapping[str, Any]) -> Any:
        """Return `source` rendered with `context` if it's text, else as it is.

        Raises:
            ScaffoldError: the template's Jinja is wrong.
        """
        if not isinstance(source, str):
            return source
        try:
            if source not in self._compiled:
                self._compiled[source] = self._environment.from_string(source)
            return self._compiled[source].render(context)
        except TemplateError as error:
            raise ScaffoldError(f"the template can't be rendered: {error}") from None

    def applies(self, question: Question, context: Mapping[str, Any]) -> bool:
        """Return whether the answer to `question` counts, given the values of those before it."""
        return _truth(self.render(question.when, context))

    def puts(self, question: Question, context: Mapping[str, Any]) -> bool:
        """Return whether a user is asked `question`, if it counts; else its default is taken."""
        return _truth(self.render(question.ask, context))

    def default(self, question: Question, context: Mapping[str, Any]) -> Any:
        """Return the default of `question`, typed, given the values of those before it."""
        value = self.render(question.default, context)
        if question.multiple or question.kind == "yaml":
            return yaml.safe_load(value) if isinstance(value, str) else copy(value)
        try:
            return _truth(value) if question.kind == "bool" else KINDS[question.kind](value)
        except (TypeError, ValueError):
            raise ScaffoldError(
                f"the template's default of `{question.name}` is no {question.kind}: {value!r}"
            ) from None

    def reads(self, source: Any) -> frozenset[str]:
        """Return the names that Jinja `source` reads."""
        if not isinstance(source, str):
            return frozenset()
        return frozenset(find_undeclared_variables(self._environment.parse(source)))

    def complaint(self, question: Question, value: Any, context: Mapping[str, Any]) -> str:
        """Return what the validator of `question` says against `value`; nothing if it's right."""
        try:
            return self.render(question.validator, {**context, question.name: value}).strip()
        except (
            Exception
        ) as error:  # a validator may stumble over any value; Copier reports it alike
            return str(error)

    def broken(
        self,
        question: Question,
        value: Any,
        context: Mapping[str, Any],
        without: Collection[str] = (),
    ) -> tuple[str, str]:
        """Return the first rule that `value` breaks and what it says; two empty texts if none.

        The rules `without` aren't asked. A validator of another template may call no rule at all:
        what it says has no name.
        """
        said = self.complaint(question, value, context)
        if not said:
            return "", ""
        called = rules.split(question.validator, self._environment)
        for name, template in called:
            if name not in without:
                try:
                    said = template.render({**context, question.name: value}).strip()
                except Exception as error:  # as in `complaint`
                    said = str(error)
                if said:
                    return name, said
        return ("", "") if called else ("", said)

    def judged_by(self, name: str) -> tuple[str, ...]:
        """Return the rules that are reported at the question `name`, errors first; none for what is
        no question.
        """
        validators = [each.validator for each in self.questions if each.name == name]
        called = [each for each in validators for each, _ in rules.split(each, self._environment)]
        stated = [rule.name for rule in self.catalogue.values() if rule.question == name]
        return tuple(each for each in dict.fromkeys((*called, *stated)) if each in self.catalogue)

    def _question(self, name: str, details: Any) -> Question:
        """Return the question that the YAML `details` describe."""
        if (
            not isinstance(details, dict)
            or details.get("type") not in KINDS
            or "default" not in details
        ):
            raise ScaffoldError(
                f"the template's question `{name}` needs a default and a type: {', '.join(KINDS)}"
            )
        choices = details.get("choices", ())
        if isinstance(choices, str):  # which depends on no answer
            choices = yaml.safe_load(self.render(choices, {}))
        if isinstance(choices, dict):
            choices = [
                each["value"] if isinstance(each, dict) else each for each in choices.values()
            ]
        return Question(
            name=name,
            kind=details["type"],
            help=details.get("help", ""),
            default=details["default"],
            choices=tuple(choices),
            multiple=details.get("multiselect", False),
            when=details.get("when", True),
            ask=details.get("ask", True),
            validator=details.get("validator", ""),
        )


def _truth(value: Any) -> bool:
    """Return what a rendered condition means."""
    return str(value).strip().lower() in {"true", "yes", "1"}


def _documents(file: Path, root: Path) -> list[dict[str, Any]]:
    """Return the documents of `file`, each `!include` replaced by those of the file it names."""

    class Loader(yaml.SafeLoader):
        """Knows `!include`, for this template only."""

    def include(_: yaml.SafeLoader, node: yaml.Node) -> list[dict[str, Any]]:
        included = (root / str(node.value)).resolve()
        if not included.is_relative_to(root.resolve()):
            raise ScaffoldError(f"{file} includes a file outside the template: {node.value}")
        return _documents(included, root)

    Loader.add_constructor("!include", include)
    try:
        text = file.read_text(encoding="utf-8")
        loaded = list(yaml.load_all(text, Loader=Loader))
    except FileNotFoundError:
        raise ScaffoldError(f"there is no template: {file} is missing") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ScaffoldError(f"{file} can't be read: {error}") from None
    documents: list[dict[str, Any]] = []
    for document in loaded:
        documents.extend(document if isinstance(document, list) else [document])
    return [document for document in documents if document]
