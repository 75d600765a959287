"""How it served, and what happened where it could have failed: hot swap, a broken model."""

from __future__ import annotations

from functools import partial

from . import figures, findings
from .compare_charts import share_bar
from .drawing import HALF_WIDTHS, responsive
from .figures import data
from .findings import Summary
from .layout import card, facts, grid, section
from .live import latency
from .markup import Markup, element, joined, table


def service(summary: Summary) -> Markup | None:
    """Return the section of the service; None in a design without one."""
    parts = (_swap, _fallback, latency, _all, _batch)
    cards = [made for made in (part(summary) for part in parts) if made]
    if not cards:
        return None
    return section("service", "Serving", None, grid(*cards, class_="halves even"))


def _bar(summary: Summary, key: str, counts: dict[str, int]) -> list[Markup]:
    rows: list[list[object]] = [
        [figures.version(name), data(counts[name])] for name in findings.ordered(counts)
    ]
    return [
        *responsive(f"share-{key}", partial(share_bar, summary, counts), HALF_WIDTHS),
        table("Who answered", ["Answered by", "Requests"], rows),
    ]


def _big(figure: object, words: object) -> Markup:
    return element("p", element("strong", figure), " ", element("span", words), class_="big")


def _swap(summary: Summary) -> Markup | None:
    swap = findings.part(summary, "hot_swap")
    if not swap:
        return None
    counts = {str(key): count for key, count in (swap.get("by_version") or {}).items()}
    old, new = (figures.version(swap.get(end)) for end in ("from", "to"))
    return card(
        f"Hot swap, {old} \N{RIGHTWARDS ARROW} {new}",
        _big(
            data(swap.get("failed")),
            joined("failed of ", data(swap.get("requests")), " requests around the swap"),
        ),
        *(_bar(summary, "swap", counts) if counts else []),
    )


def _fallback(summary: Summary) -> Markup | None:
    episode = findings.part(summary, "fallback")
    if not episode:
        return None
    scores = findings.part(summary, "scores")
    metric = figures.words(findings.part(summary, "metric").get("name", "quality"))
    pairs: list[tuple[object, object]] = [("Failed", data(episode.get("failed")))]
    if episode.get("cause"):
        pairs.append(("Cause", str(episode["cause"])))
    if figures.known(episode.get("quality")):
        pairs.append((f"{metric} meanwhile", data(episode["quality"])))
    if figures.known(scores.get("fallback")):
        pairs.append((f"{metric} of the fallback", data(scores["fallback"])))
    answered = data(episode.get("answered"))
    words = joined(
        "of ",
        data(episode.get("requests")),
        " requests answered, ",
        data(episode.get("fallback")),
        " by the fallback",
    )
    counts = {str(key): count for key, count in (episode.get("by_version") or {}).items()}
    bar = _bar(summary, "fallback", counts) if counts else []
    return card("The model breaks", _big(answered, words), facts(*pairs), *bar)


def _batch(summary: Summary) -> Markup | None:
    batch = findings.part(summary, "batch")
    if not figures.known(batch.get("rows")):
        return None
    pairs = [(figures.title(key), figures.anything(batch[key])) for key in batch if key != "rows"]
    return card("Batch", _big(data(batch["rows"]), "rows scored in a batch"), facts(*pairs))


def _all(summary: Summary) -> Markup | None:
    requests = findings.part(summary, "requests")
    counts = {str(key): count for key, count in (requests.get("by_version") or {}).items()}
    if not counts:
        return None
    pairs = [
        (figures.title(key), data(requests[key]))
        for key in ("sent", "answered", "failed", "fallback")
        if key in requests
    ]
    return card("All requests of the story", facts(*pairs), *_bar(summary, "all", counts))
