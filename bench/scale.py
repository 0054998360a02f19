"""Models of any number of customers: the sample, drawn again with jitter, through the real path to a model."""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from core.data.read import Read, ReadNotes, read_customers
from core.data.tight import MANY, Tight
from core.datasets.catalogue import Dataset
from core.datasets.templates import PERSONALITY, template_of
from core.datasets.workspace import recipe_of
from core.model.artefacts import Model
from core.model.registry import Registry
from core.schema.fields import Kind
from core.settings import ROOT, Settings, load

SAMPLE = ROOT / "data" / "customers.csv"
SIZES = (2_240, 1_000_000)
SEED = 2014
PART = 1_000_000  # customers that are drawn at once
NOTES = ReadNotes("utf-8", ",", ".", {}, (), {}, 0)
STRAYS = {Kind.COUNT: 1, Kind.DAYS: 3, Kind.YEAR: 2}  # whole steps away from the customer drawn


@dataclass(frozen=True)
class Scaled:
    """A model of `customers`: the file that names it, and the folder that its server finds it in."""

    customers: int
    data: Path
    models: Path

    def home(self, folder: Path) -> Path:
        """A new home in `folder` with this model, so that a server starts with it and with no accounts."""
        home = folder / f"home-{self.customers}"
        home.mkdir()
        (home / "models").symlink_to(self.models)
        return home

    def model(self) -> Model:
        """The model, made if it wasn't there."""
        read = None if self.data == SAMPLE else lambda _: Read(self.customers_drawn(), NOTES)
        dataset = Dataset("", self.data.stem, self.data, self.models.parent, PERSONALITY)
        return Registry(self.models).ensure(recipe_of(dataset, load()), read)

    def customers_drawn(self) -> pd.DataFrame:
        """The customers, never all of them as a DataFrame where there are many."""
        return Tight.of_parts(self.parts()) if self.customers > MANY else drawn(self.customers)

    def parts(self) -> list[Path]:
        """Parquet files of `PART` customers each, those drawn that aren't there."""
        folder = self.data.with_suffix("")
        folder.mkdir(exist_ok=True)
        paths = [folder / f"{index:05}.parquet" for index in range(-(-self.customers // PART))]
        for index, path in enumerate(paths):
            if not path.exists():
                part(index, self.customers).to_parquet(path.with_suffix(".new"), index=False)
                path.with_suffix(".new").rename(path)
        return paths


def sizes(settings: Settings, more: int = 0) -> list[Scaled]:
    """The default sizes, and one more; each made in a process of its own, which gives its memory back."""
    wanted = [n for n in dict.fromkeys([*SIZES, more]) if n]
    for n in wanted:
        subprocess.run([sys.executable, "-m", "bench.scale", str(n)], cwd=ROOT, check=True)
    return [scaled(settings, n) for n in wanted]


def scaled(settings: Settings, n: int) -> Scaled:
    """The model of `n` customers, made or not; the sample itself at its own size."""
    folder = settings.home.resolve() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    if n == SIZES[0]:
        return Scaled(n, SAMPLE, folder / f"models-{n}")
    named = folder / f"drawn-{n}.json"
    content = json.dumps({"drawn from": SAMPLE.name, "customers": n, "seed": SEED, "version": 2})
    if not named.exists() or named.read_text() != content:
        named.write_text(content)
    return Scaled(n, named, folder / f"models-{n}")


def drawn(n: int, *, seed: int = SEED) -> pd.DataFrame:
    """`n` customers like those of the sample: rows drawn with replacement, numbers moved a little.

    Parameters
    ----------
    n : int
    seed : int

    Returns
    -------
    DataFrame, shape (n, 29)
        Typed as `read_customers` types a file; IDs count from 1. The bootstrap of Efron (1979), smoothed so
        that a million customers are not 2,240 points: amounts by a tenth, counts by one, dates by a month.
    """
    return pd.concat([part(index, n, seed=seed) for index in range(-(-n // PART))], ignore_index=True)


def part(index: int, n: int, *, seed: int = SEED) -> pd.DataFrame:
    """Those of `drawn(n)` from `index * PART` on, at most `PART`: the same whoever else is drawn, and in what order."""
    random = np.random.default_rng([seed, index])
    source = _sample()
    places = random.integers(0, len(source), min(PART, n - index * PART))
    columns = {str(name): _moved(source[name], places, random) for name in source}
    return pd.DataFrame(columns | {"ID": index * PART + np.arange(1, len(places) + 1)})


@cache
def _sample() -> pd.DataFrame:
    return read_customers(SAMPLE, PERSONALITY, template_of(PERSONALITY)).frame


def _moved(column: pd.Series, places: np.ndarray, random: np.random.Generator) -> pd.Series:
    kind = PERSONALITY[str(column.name)].kind
    values = column.take(places).reset_index(drop=True)
    if str(column.name).startswith("Z_") or kind in (Kind.IDENTIFIER, Kind.FLAG, Kind.CATEGORY):
        return values
    if kind is Kind.DATE:
        days = values + pd.to_timedelta(random.integers(-30, 31, len(values)), unit="D")
        return days.clip(column.min(), column.max())
    if kind is Kind.AMOUNT:
        return (values * random.normal(1.0, 0.1, len(values))).round().clip(lower=0)
    step = STRAYS[kind]
    return (values + random.integers(-step, step + 1, len(values))).clip(column.min(), column.max())


def main() -> None:
    """`python -m bench.scale 1000000`: make the model, or find it made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("customers", type=int)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    scaled(load(), parser.parse_args().customers).model()


if __name__ == "__main__":
    main()
