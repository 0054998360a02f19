"""/api/v1: what the pages know, for programs; from the same calls, so no number differs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from callbacks.api import answers
from callbacks.api.answers import refuse
from callbacks.api.endpoint import Asked
from core.evidence import evidence, preference
from core.evidence.evidence import Candidate, Evidence
from core.evidence.measure import live_labels
from core.evidence.rivals import Rival, rivals
from core.services import Services


def answer(services: Services, _asked: Asked) -> answers.Evidence:
    """What was found, if it was looked for."""
    found = evidence.find(services.findings, services.model.card)
    if found is None:
        refuse(404, "There is no evidence about these customers yet. Open /choose-k once: it starts there.")
    return answers.Evidence(
        rows=rows(services, found),
        model=services.model.card.key,
        live=services.model.card.parameters.k,
        customers=found.customers,
        used=found.rows,
        groups=_groups(found),
        elbow={"customers": found.elbow, "crowd": found.crowd_elbow},
        preferred={one.name: one.k for one in preference.preferences(found)},
        preferred_anew=preference.preferred(found),
        recommended=[preference.recommended(found)],
    )


def _groups(found: Evidence) -> dict[str, Any] | None:
    """Whether there are groups, with the chance of error; null where that can't be tested."""
    return None if found.groups is None else asdict(found.groups) | {"found": found.groups.found}


def rows(services: Services, found: Evidence) -> list[dict[str, Any]]:
    """A row for every grouping that was tried: K-Means with every criterion first, then the others."""
    compared = rivals(found, live_labels(services.model))
    kmeans = [
        _rival(one) | _criteria(choice)
        for one, choice in zip(compared[: len(found.choices)], found.choices, strict=True)
    ]
    return kmeans + [_rival(one) for one in compared[len(found.choices) :]]


def _rival(one: Rival) -> dict[str, Any]:
    return {
        "algorithm": one.algorithm,
        "k": one.k,
        "setting": one.setting,
        "silhouette": one.scores.silhouette,
        "calinski_harabasz": one.scores.calinski_harabasz,
        "davies_bouldin": one.scores.davies_bouldin,
        "sizes": list(one.sizes),
        "noise": one.noise,
        "agreement": one.agreement,
    }


def _criteria(choice: Candidate) -> dict[str, Any]:
    return {
        "wcss": choice.wcss,
        "wcss_crowd": choice.crowd.mean,
        "gap": choice.gap,
        "gap_error": choice.gap_error,
        "icl": choice.icl,
        "bic": choice.bic,
        "apart": choice.apart,
        "prediction_strength": choice.strength,
        "prediction_strength_error": choice.strength_error,
    }
