"""The long work that there is, by kind."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.accounts.permissions import Action
from core.progress import Tell
from core.store.database import Database

Doing = Callable[[Any, Mapping[str, Any], Tell], Any]


@dataclass(frozen=True)
class Work:
    """A kind of long work."""

    title: str  # what it is called, as in "Evidence for the number of segments"
    # The function that does it, as `module:name`: imported when it is first needed, and in the worker only. It is
    # given the services, with the job's model as the live one, the arguments, and `tell`.
    place: str
    # What one has to be allowed to ask for it, to have it go on, and to start it again; asked anew each time.
    action: Action = Action.RUN_JOBS
    # Whether it is about somebody's own data: then only its owner and administrators see it, and equal jobs of two
    # people are two.
    private: bool = False
    # The function that takes away what a job that failed or was cancelled has left, as `module:name`: it is given the
    # home folder, the arguments and the database. What leaves something can't be started again.
    leaves: str = ""
    alone: bool = False  # whether a user has one of this kind under way at a time
    # Whether it is about files that wait, which are of no dataset: it is the same on the pages of all.
    of_files: bool = False

    @property
    def can_be_repeated(self) -> bool:
        """Whether what it needs is still there after it ended without a result."""
        return not self.leaves

    def doing(self) -> Doing:
        """The function that does it."""
        doing: Doing = _found(self.place)
        return doing

    def clean_up(self, home: Path, arguments: Mapping[str, Any], database: Database) -> None:
        """Take away what it left."""
        if self.leaves:
            _found(self.leaves)(home, arguments, database)


def _found(place: str) -> Any:
    """What stands at a place such as `module:name`: imported when it is first needed."""
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


def _of_files(title: str, place: str, *, alone: bool = False) -> Work:
    return Work(title, place, Action.ADD_DATASETS, private=True, alone=alone, of_files=True)


WORK: Mapping[str, Work] = MappingProxyType(
    {
        "scoring": Work(
            "Scoring a file of customers",
            "core.scoring.scored_files:score_sent",
            Action.PREDICT,
            private=True,
            leaves="core.scoring.scored_files:drop_sent",
        ),
        "workbook": Work(
            "Your workbook", "core.exports.prepared:write_workbook", Action.EXPORT, private=True, alone=True
        ),
        # The words of pages are made where pages are: the worker takes them from there when it is first asked.
        "report": Work(
            "Your report", "callbacks.reports.mailing:make_report", Action.VIEW, private=True, alone=True
        ),
        "weekly-report": Work(
            "Your weekly report", "callbacks.reports.mailing:send_weekly", Action.VIEW, private=True
        ),
        "stability": Work("How stable the segments are", "core.profiles.trust:work"),
        "sensitivity": Work("What the segments hang on", "core.evidence.sensitivity:work"),
        "evidence": Work("Evidence for the number of segments", "core.evidence.measure:evidence_work"),
        "look": _of_files("What your file is", "core.datasets.staged:look_work"),
        "belong": _of_files("What belongs together", "core.datasets.belonging:belong_work"),
        "dataset": _of_files("Your segments", "core.datasets.staged:make_work", alone=True),
        "cluster": _of_files("Your dataset", "core.datasets.clustered:cluster_work", alone=True),
        "source": _of_files("What the warehouse does", "core.datasets.sourced:source_work", alone=True),
        "compare": _of_files("What would change", "core.datasets.next_file:compare_work"),
        "version": _of_files("The next version", "core.datasets.next_file:live_work", alone=True),
        "received-dataset": _of_files("Your dataset", "core.datasets.received:dataset_work", alone=True),
        "received-version": Work(
            "The next version",
            "core.datasets.received:version_work",
            Action.UPDATE_DATASET,
            private=True,
            alone=True,
        ),
        "cut-points": Work(
            "RFM groups with other cut points", "core.datasets.cut_points:recut_work", Action.CHOOSE_MODEL
        ),
        "erase": Work(
            "Erasing a customer",
            "core.customers.erase_job:erase_work",
            Action.ERASE_CUSTOMERS,
            private=True,
            leaves="core.customers.erase_job:forget_asked",
        ),
        "try-making": Work(
            "What would change",
            "core.datasets.trials:trial_work",
            Action.CHOOSE_MODEL,
            private=True,
            alone=True,
        ),
        "choose-model": Work(
            "Another number of segments",
            "core.datasets.choose:choose_work",
            Action.CHOOSE_MODEL,
            private=True,
        ),
    }
)
