"""How the service behaved where it could have failed: hot swap, a broken model, latency."""

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
    cards = [
        made
        for made in (_swap(summary), _fallback(summary), latency(summary), _all(summary))
        if made
    ]
    if not cards:
        return None
    return section("service", "The service under stress", None, grid(*cards))


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
    if figures.known(scores.get("baseline")):
        pairs.append((f"{metric} of the baseline", data(scores["baseline"])))
    answered = data(episode.get("answered"))
    words = joined(
        "of ",
        data(episode.get("requests")),
        " requests answered, ",
        data(episode.get("fallback")),
        " by the fallback",
    )
    counts = {str(key): count for key, count in (episode.get("by_version") or {}).items()}
    bar = responsive("share-fallback", partial(share_bar, summary, counts), HALF_WIDTHS)
    return card("The model breaks", _big(answered, words), *(bar if counts else []), facts(*pairs))


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
