"""Are there groups at all? Customers beside crowds without groups that are like them in all else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, islice
from typing import Protocol

import numpy as np
from scipy.stats import kurtosis, norm, skew

from core.evidence import crowds
from core.evidence.crowds import Margin, Points
from core.evidence.other_crowds import Layered, Round, Scored, Turned
from core.evidence.thinning import Thinning, held_out, thinning
from core.model.lloyd import kmeans
from core.model.pools import one_thread

KS = (2, 3, 4, 6)  # two alone would miss six equal groups
CROWDS, STARTS = 39, 2
EARLY = 19  # crowds, of which none thins out as much in one case of twenty where there are no groups
MOST = 2500  # customers; of more, a seeded sample stands for all
LEVEL = 0.05
ENOUGH = 5  # crowds of 39 that thin out as much: others after them change nothing
FRESH = 1.0  # chance errors by which customers who had no part in a cut thin out, too, so that none is its own making
SEVERAL = 0.3  # that are asked more in more fields than two, where crowds have more corners
PICKED = 0.5  # the same, that the clearest pair alone is asked more
CLEAR = 1.28  # the same of those who had: one flat crowd in ten; then crowds flat along their axes are asked as well
ALONE = 0.5  # the same, that is asked of customers and crowds alike
CONTRARY = -0.5  # of those who had none, from which they speak against it
FEWEST = 400  # customers; of fewer, in more than two fields, more is asked, and unless it is there any crowd is a near one
OF_FEW = 0.2  # chance errors, that are asked more of so few
FEW = 600  # customers; of more both are more, since groups thin out by the more chance errors, and a flat crowd does not
MORE = (0.6, 2.4)  # for each time the root of that number
RARELY = 0.2  # of crowds, from which customers thin out no more than these
TWICE = 2  # that a crowd of the nearest kinds counts
FLOOR = 0.5  # chance errors: the spread among crowds that is allowed for at least
SKEWED, LONG = (
    1.0,
    3.0,
)  # skewness and excess kurtosis of a field, past which a cut may be one of its tail only


class Crowd(Protocol):
    """Something that customers without groups can be drawn from."""

    def draw(self, rng: np.random.Generator, rows: int) -> Points:
        """So many customers, standardised."""


Kind = Callable[[Points, np.random.Generator], Crowd]


@dataclass(frozen=True)
class Flat:
    """Whether customers could be a crowd that is flat from one centre to the next, which is the most like groups.

    Attributes
    ----------
    fresh, clear : float
        By how many chance errors customers are fewer between segments that they had no part in making, and that they had.
    enough, contrary : float
        What is asked of the first, and what it speaks against it below.
    """

    fresh: float
    clear: float
    enough: float = FRESH
    contrary: float = CONTRARY

    @property
    def likely(self) -> bool:
        """Whether too little speaks against it."""
        return self.clear < ALONE or (self.unconfirmed and (self.clear < CLEAR or self.fresh < self.contrary))

    @property
    def doubted(self) -> bool:
        """Whether only crowds that are flat along their axes can tell."""
        return self.unconfirmed and not self.likely

    @property
    def unconfirmed(self) -> bool:
        return self.fresh < self.enough


def asked(rows: int, fields: int) -> tuple[float, float]:
    """By how many chance errors so many customers must thin out who had no part in a cut, and below which they speak against it."""
    more = max((rows / FEW) ** 0.5 - 1, 0.0)
    several = SEVERAL + OF_FEW * (rows < FEWEST) if fields > 2 else 0.0
    return FRESH + several + MORE[0] * more, CONTRARY + MORE[1] * more


def weight(kind: Kind, flat: Flat, rows: int, fields: int) -> int:
    """How often a crowd of a kind counts, beside so many customers."""
    return TWICE if kind in NEAREST or (flat.unconfirmed and rows < FEWEST and fields > 2) else 1


@dataclass(frozen=True)
class Groups:
    """Whether customers lie in groups.

    Attributes
    ----------
    chance : float
        Chance of error of whoever says "groups": the share of crowds without groups, these customers counted as
        one, that thin out between segments as much; of the kind of crowds that is most like the customers.
    k : int
        The number of segments between which customers thin out least like that kind.
    crowds, rows : int
        How many crowds of that kind, and of how many customers each; fewer than asked for where those said enough.
    beyond : int
        How many crowds of that kind thin out less.
    fresh : float
        By how many chance errors customers are fewer between segments that they had no part in making.
    fields : int, default=3
        In how many they differ; in one alone crowds are of one kind, in two they have the outline of customers.
    """

    chance: float
    k: int
    crowds: int
    rows: int
    beyond: int
    fresh: float
    fields: int = 3

    @property
    def found(self) -> bool:
        """Whether there are groups."""
        return self.chance <= LEVEL

    @property
    def confirmed(self) -> bool:
        """Whether customers thin out as well who had no part in the cut."""
        return self.fresh >= asked(self.rows, self.fields)[0]

    @property
    def as_much(self) -> int:
        """How many crowds thin out as much as customers."""
        return self.crowds - self.beyond

    @property
    def more(self) -> str:
        """How customers thin out beside these crowds, where that is no group; not "no more" where hardly a crowd does as much."""
        return "not surely more" if self.as_much < RARELY * self.crowds else "no more"

    @property
    def flat(self) -> bool:
        """Whether customers thin out more than the crowds, and no more than chance makes of a flat one."""
        once, twice = ((1 + times * self.as_much) / (self.crowds + 1) for times in (1, TWICE))
        return once <= LEVEL and self.chance > max(twice, LEVEL)


def groups(
    points: Points,
    seed: int,
    references: int = CROWDS,
    at: Callable[[int, int], None] = lambda *_: None,
    so_far: Callable[[Groups], None] = lambda _: None,
) -> Groups | None:
    """Test customers for groups; None where nobody differs from anybody.

    Parameters
    ----------
    points : float array, shape (n_customers, n_fields)
    seed, references : int
        Seed of all draws, and crowds to draw of each kind; below 19 none can be told from the customers.
    at, so_far : functions of two int and of Groups
        Called after each with how many were done, of how many; with what the first `EARLY` say. May raise to cancel.

    Notes
    -----
    By how many chance errors customers thin out between touching segments of K-Means, standardised over customers and
    crowds, which are cut alike; the largest over `KS`, and its rank among no more than it takes (Besag, Clifford 1991).
    "Groups" where every kind of crowd is left behind (Berger 1982), and where customers are no flat crowd.
    """
    rng = np.random.default_rng(seed)
    if not (points := _tested(points, rng)).shape[1]:
        return None
    looks, found, (rows, fields) = _looks(points), list[Groups](), points.shape
    with one_thread():
        own, flat = _own(looks, seed)
        for kind in (kinds := _kinds(fields, flat, len(looks))):
            judge = partial(judged, flat, rows, fields, weight(kind, flat, rows, fields))
            crowd = _drawn(_like(kind, looks, rng), rng, rows, seed)
            for turn, said in enumerate(_in_turn(own, islice(crowd, references), judge)):
                at(len(found) * references + turn, len(kinds) * references)
                if not found and turn + 1 == EARLY < references:
                    so_far(said)
            found.append(said)
            if not said.found:
                return said
    return max(found, key=lambda one: one.chance)


def _tested(points: Points, rng: np.random.Generator) -> Points:
    """As many customers as are looked at, in the fields that they differ in."""
    if len(points) > MOST:
        points = points[np.sort(rng.choice(len(points), MOST, replace=False))]
    return points[:, np.ptp(points, axis=0) > 0]


def _own(looks: Sequence[Points], seed: int) -> tuple[Points, Flat]:
    """How clearly customers thin out, and what says that they are no flat crowd."""
    seen = _seen(looks, seed)
    fresh = [held_out(look, k, STARTS, seed) for look in looks for k in KS]
    clearest = max(max(one.all, one.pair - PICKED) for one in fresh)
    return _steady(seen), Flat(clearest, max(one.clear for one in seen), *asked(*looks[0].shape))


def _seen(looks: Sequence[Points], seed: int) -> list[Thinning]:
    """How customers thin out between the segments of each cut of each look."""
    return [thinning(look, kmeans(look, k, starts=STARTS, seed=seed)) for look in looks for k in KS]


def _steady(seen: Sequence[Thinning]) -> Points:
    """All of that, and last how clearly customers thin out between two segments alone, where they do so most."""
    steady = [value for one in seen for value in (one.all, one.pair)]
    return np.array([*steady, max(one.clear for one in seen)])


def _drawn(alike: Sequence[Crowd], rng: np.random.Generator, rows: int, seed: int) -> Iterator[Points]:
    """How clearly crowds thin out, one after the other; of each look at the customers there is one that is like it."""
    for turn in count(1):
        yield _steady(_seen([one.draw(rng, rows) for one in alike], seed + turn))


def _in_turn(
    own: Points, crowd: Iterator[Points], judge: Callable[[Sequence[Points]], Groups]
) -> Iterator[Groups]:
    """What crowds of a kind say, the first, the first two, and so on, until others could not change it."""
    cuts = [own]
    for cut in crowd:
        cuts.append(cut)
        yield (said := judge(cuts))
        if said.as_much >= ENOUGH:
            return


def _looks(points: Points) -> list[Points]:
    """Customers as they are; and with their tails shortened, where one is long."""
    far = (np.abs(skew(points)) > SKEWED) | (kurtosis(points) > LONG)
    return [crowds.standardised(points), *([crowds.tempered(points)] if far.any() else [])]


def rounded(points: Points, _: np.random.Generator) -> Crowd:
    """The crowd that is alike in all directions, as far from its centre as customers are."""
    return Round.of(points)


def layered(points: Points, _: np.random.Generator) -> Crowd:
    """The crowd in two fields that is alike all around each of its layers, corners and all; on a line there are none."""
    return Layered.of(points) if np.linalg.matrix_rank(np.cov(points.T)) > 1 else Round.of(points)


def scored(points: Points, _: np.random.Generator) -> Crowd:
    """The same by ranks, with the values of customers."""
    return Scored.of(points)


def turned(points: Points, _: np.random.Generator) -> Crowd:
    """The crowd that is like customers along their principal axes."""
    return Turned.of(points)


def valued(points: Points, rng: np.random.Generator) -> Crowd:
    """The crowd that has the values and correlations of customers, also where a field by itself has several peaks."""
    return replace(crowds.in_place_of(points, rng), margins=tuple(map(Margin.as_is, points.T)))


NEAREST = (layered, valued)  # all that customers without groups can have: nothing else makes them careful


def _like(kind: Kind, looks: Sequence[Points], rng: np.random.Generator) -> list[Crowd]:
    """A crowd of a kind for each look; peaks that a field has only once its tails are shortened are of no group."""
    if kind is valued:
        return [crowds.in_place_of(looks[0], rng), *(valued(look, rng) for look in looks[1:])]
    return [kind(look, rng) for look in looks]


def _kinds(fields: int, flat: Flat, looks: int) -> tuple[Kind, ...]:
    """Kinds of crowds, those that most tables end with first; a single field has no directions, and many have no layers."""
    if fields == 1:
        return (crowds.in_place_of,)
    several = (valued,) if looks > 1 else ()
    if fields == 2:
        return (crowds.in_place_of, layered, scored, *several)
    return (crowds.in_place_of, rounded, scored, *((turned,) if flat.doubted else ()), *several)


def judged(flat: Flat, rows: int, fields: int, weight: int, cuts: Sequence[Points] | Points) -> Groups:
    """The verdict on how clearly customers (first row) and crowds thin out, shape (1 + n_crowds, n_looks * len(KS) * 2 + 1).

    Each crowd that does so as much counts `weight` times; one as full between two segments alone as customers may not be
    does so less.
    """
    clearness, alone = np.asarray(cuts)[:, :-1], np.asarray(cuts)[:, -1]
    spread = np.maximum(clearness.std(axis=0), FLOOR)
    unlike = (clearness - clearness.mean(axis=0)) / spread
    largest, place, others = unlike.max(axis=1), int(unlike[0].argmax()), len(clearness) - 1
    as_much = int(((largest >= largest[0]) & (alone >= min(ALONE, alone[0])))[1:].sum())
    chance = min((1 + weight * as_much) / (1 + others), 1.0)
    if chance <= LEVEL and flat.likely:
        chance = float(norm.sf(min(flat.fresh, flat.clear, FRESH)))
    return Groups(chance, KS[place // 2 % len(KS)], others, rows, others - as_much, flat.fresh, fields)
