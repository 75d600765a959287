"""What operations tune: read from `config/settings.yml`, then `.env`, then the environment.

The later source wins; every name is prefixed with `APP_` outside the YAML file (`APP_PORT=3001`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from .paths import ROOT


class Settings(BaseSettings):
    """The settings of one process. Paths are absolute; seconds are seconds; ports are TCP ports."""

    model_config = SettingsConfigDict(
        env_prefix="APP_",
        env_file=ROOT / ".env",
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
    tracking_uri: str | None = None
    """An MLflow server; without it, a sqlite database below `state_dir`."""
    snapshots_kept: int = Field(default=20, ge=1)
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
            YamlConfigSettingsSource(settings_cls),
        )


@cache
def settings() -> Settings:
    """Return this process's settings, read once."""
    return Settings()
