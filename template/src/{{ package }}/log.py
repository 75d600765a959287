"""Structured logs: one event a line, with the ids of the run or request that it belongs to."""

from __future__ import annotations

import logging
import sys
import warnings

import structlog

from .settings import settings


def configure() -> None:
    """Set up logging for this process as the settings say: readable lines, or JSON for machines.

    Warnings of other packages about each other are no use to who runs this; `python -W` shows them.
    """
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings().log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings().log_level]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def get(stage: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a stage; bind `run_id` or `request_id` with `structlog.contextvars`."""
    return structlog.get_logger(stage=stage)
