"""What operations tune: read from `config/settings.yml`, then `.env`, then the environment.

The later source wins; every name is prefixed with `APP_` outside the YAML file (`APP_PORT=3001`).
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import AliasChoices, AwareDatetime, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from .errors import UserError, describe
from .ops.paths import ROOT

PREFIX = "APP_"
DOTENV = ROOT / ".env"


class SettingsError(UserError):
    """A source of the settings can't be read, or a value is not allowed; the message says which."""


class _Yaml(YamlConfigSettingsSource):
    """`config/settings.yml`; what is wrong with the file is told by its name and line."""

    def _read_file(self, file_path: Any) -> dict[str, Any]:
        try:
            read = super()._read_file(file_path)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise SettingsError(f"{file_path} is not YAML: {error}") from None
        if not isinstance(read, dict):
            raise SettingsError(f"{file_path} must hold lines of the form `key: value`")
        return read


class Settings(BaseSettings):
    """The settings of one process. Paths are absolute; seconds are seconds; ports are TCP ports."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_prefix_target="all",
        env_file=DOTENV,
        env_parse_none_str="null",  # lets a variable take back what the YAML file sets
        yaml_file=ROOT / "config" / "settings.yml",
        extra="forbid",
        frozen=True,
    )

    state_dir: Path = Path("var")
    """All that the project writes: data, stores, registry, artifacts, logs, reports."""
    as_of: AwareDatetime | None = None
    """The time to take for now, with its zone, to try history; None for the machine's time."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=1, le=65535)
    workers: int = Field(default=1, ge=1)
    """Processes of the service."""
    sync_seconds: float = Field(default=2.0, gt=0)
    """How often the sync process looks at the registry, and a server at the pointer file."""
    features_seconds: float = Field(default=60.0, gt=0)
    """How often the sync process looks whether the data behind the served features have changed."""
    late_days: int = Field(default=7, ge=0)
    """So many days after its time a snapshot of features is made anew where events came late."""
    tracking_uri: str | None = None
    """An MLflow server, or `local` for a database below `state_dir`; None for the design's."""
    runs_with_kept_rows: int = Field(
        default=20,
        ge=1,
        # The second is what v0.2.0 called it.
        validation_alias=AliasChoices("runs_with_kept_rows", "snapshots_kept"),
    )
    """Of how many of the last runs the rows are kept; those of champions are kept beside."""

    @field_validator("state_dir")
    @classmethod
    def _below_root(cls, value: Path) -> Path:
        return value if value.is_absolute() else ROOT / value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the YAML file below the environment."""
        return (
            init_settings,
            env_settings,
            dotenv_settings,
            _Yaml(settings_cls),
        )


@cache
def settings() -> Settings:
    """Return this process's settings, read once.

    Raises:
        SettingsError: a source is malformed, or one of its values is not allowed.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = [
            f"{_place(str(wrong['loc'][0]))}: {describe(wrong, Settings.model_fields)}"
            for wrong in error.errors()
        ]
        raise SettingsError("\n".join(faults)) from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{DOTENV} is not UTF-8 text: {error}") from None
    except OSError as error:
        raise SettingsError(f"{error.filename} can't be read: {error.strerror}") from None


def _place(name: str) -> str:
    """Say which source the setting `name` comes from, as the one that wins."""
    alias = Settings.model_fields[name].validation_alias if name in Settings.model_fields else None
    names = alias.choices if isinstance(alias, AliasChoices) else [name]
    variables = [f"{PREFIX}{each}".upper() for each in names]
    for variable in variables:
        if variable in map(str.upper, os.environ):
            return f"the environment variable {variable}"
    # A key of this file that is no setting is reported by its whole name.
    for key in map(str.upper, DotEnvSettingsSource(Settings).env_vars):
        if key in (*variables, name.upper()):
            return f"{DOTENV}, {key}"
    return f"{ROOT / 'config' / 'settings.yml'}, {name}"
