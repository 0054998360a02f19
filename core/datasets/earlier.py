"""The other versions of a dataset: whose models still open by their keys, and which was live when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.datasets.deployments import Deployment, Deployments, Fit, of_today, settings_of
from core.datasets.versions import Lived
from core.model.card import Card
from core.model.registry import Recipe, Registry, key_of
from core.store.database import Database


@dataclass(frozen=True)
class Earlier:
    """What is asked of a dataset's other versions; `number` is the one that is open.

    `recipes` and `history` are asked only when they are needed: how each version's model is made, and which were live.
    """

    registry: Registry
    database: Database
    dataset: str
    number: int
    recipes: Callable[[], Mapping[int, Recipe]]
    history: Callable[[], Sequence[Lived]]

    def version_of(self, card: Card) -> int | None:
        """Which other version a model is of; None if of none."""
        for number, recipe in self.recipes().items():
            digest = self.registry.digest(recipe.data) if number != self.number else ""
            made = digest == card.data.sha256 and key_of(digest, replace(recipe, parameters=card.parameters))
            if made == card.key:
                return number
        return None

    def key_at(self, when: str) -> str | None:
        """Key of the model that was live at a time (ISO 8601, UTC); None if it was one of the version that is open."""
        lived = [one for one in self.history() if one.at <= when]
        if not lived or lived[-1].version == self.number:
            return None
        return self.key_of(lived[-1].version, when)

    def key_of(self, number: int, when: str = "") -> str:
        """Key of the model of a version, as it was chosen last (by some time); empty if there is no such version."""
        recipe = self.recipes().get(number)
        if recipe is None:
            return ""
        choices = self._choices(recipe)
        chosen = [one.key for one in choices if not when or one.when <= when]
        return chosen[-1] if chosen else choices[0].key

    def fits(self) -> tuple[Fit, ...]:
        """Every model of another version that was to answer for it, the latest of a version last."""
        others = {number: recipe for number, recipe in self.recipes().items() if number != self.number}
        return tuple(Fit(number, one) for number, recipe in others.items() for one in self._choices(recipe))

    def _choices(self, recipe: Recipe) -> tuple[Deployment, ...]:
        """What was chosen for a version; else what the settings say."""
        digest = self.registry.digest(recipe.data)
        first = Deployment(key_of(digest, recipe), recipe.parameters, "", "")
        chosen = Deployments(self.database, settings_of(digest, recipe), self.dataset).all()
        return of_today(chosen, digest, recipe) or (first,)

    def opened(self) -> Lived | None:
        """Since when, and by whom, the version that is open is live; None of one that was never another."""
        history = self.history()
        return history[-1] if len(history) > 1 else None
