"""Structured logs: one event a line, with the ids of the run or request that it belongs to."""

from __future__ import annotations

import logging
import sys
import warnings

import structlog

from ..errors import UserError
from ..settings import settings
from . import faults


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
    # It logs the traceback of what ends a command; where the command tells it, once is enough.
    logging.getLogger("mlflow.store.db.utils").addFilter(is_news)
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


def is_news(record: logging.LogRecord) -> bool:
    """Say whether a record holds more than the command's own message will."""
    error = record.exc_info[1] if record.exc_info else None
    return error is None or not (
        isinstance(error, UserError) or faults.explain(error, settings().state_dir)
    )


def get(stage: str, **context: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a stage; bind `run_id` or `request_id` with `structlog.contextvars`.

    What is known when a module is imported goes into `context`: `bind` would fix the form of the
    lines before `configure` has chosen it.
    """
    return structlog.get_logger(stage=stage, **context)
