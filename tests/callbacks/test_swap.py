"""Somebody with a role in one dataset sends what belongs to another wherever an ID can stand: it is not there, and stays.

Each question is asked twice, with IDs that there are and with such as there never were: the answers have to be the same.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest
from flask import Flask
from sqlalchemy import select, update

from app import create_app
from core.accounts.page_notes import PageNotes
from core.accounts.permissions import Standing
from core.accounts.saved_views import ViewsStore
from core.accounts.tokens import Tokens
from core.datasets import staged as staging
from core.jobs.queue import State
from core.reports import kept as reports
from core.reports.weekly import CONFIRMS, Weekly, WeeklyReports, signed
from core.scoring import scored_files
from core.services import Services, create_services
from core.settings import ROOT
from core.store.arriving_files import ArrivingFiles
from core.store.erasures import Erasures
from core.store.tables import METADATA, jobs, sessions
from tests.callbacks.dash_client import Visitor, outputs_of
from tests.callbacks.swap_cases import CALLBACKS, CASES, FILE, MARK, WITHOUT, Case
from tests.callbacks.test_guard_walk import methods_of
from tests.core.customers.test_erase import CARDS
from tests.core.datasets.test_update import written
from tests.support.postgresql import settled

SLUG = f"{MARK}-quilts"
EACH_TIME = re.compile(r"[0-9a-f]{8,}|nonce=\"[^\"]*\"|csrf_token[^>]*")
OURS = frozenset({"attempts", "audit_entries", "sessions", "workers", "repeats"})  # written by every visit


@dataclass(frozen=True)
class House:
    """Two datasets: the default one, which is everybody's, and olga's, to which vera once had the key."""

    server: Flask
    services: Services
    vera: Visitor
    theirs: Mapping[str, str]  # IDs by kind
    never: Mapping[str, str]  # as many that nothing has

    def ask(self, method: str, path: str, model: str = "", **sent: Any) -> tuple[int, str]:
        """What vera is answered."""
        query = sent.pop("query", "")
        headers = {"X-CSRFToken": self.vera.token, "Accept": "text/html"}
        if model:
            headers["X-Parterre-Model"] = model
        place = f"{path}?{query}" if query else path
        with self.vera.client.open(place, method=method, headers=headers, **sent) as answer:
            told = [
                f"{name}: {value}"
                for name, value in answer.headers
                if name in ("Location", "Content-Disposition")
            ]
            return answer.status_code, "\n".join([*told, answer.get_data().decode("latin-1")])

    def swapped(self, method: str, path: str, **sent: Any) -> list[tuple[Any, ...]]:
        """What is told apart by who asks with what is olga's, and with what there never was; what comes back of hers."""
        answers = []
        for ids in (self.theirs, self.never):
            status, said = self.ask(method, filled(path, ids), **filled(sent, ids))
            answers.append((status, plain(said, ids)))
        [(status, said), other] = answers
        found = [one for one in (MARK, "olga") if one in said]
        if (status, said) == other and status < 500 and not found:
            return []
        return [(method, path, sent, found, difference((status, said), other))]

    def kept(self) -> frozenset[tuple[str, ...]]:
        """All rows and files but those that every visit writes."""
        with self.services.database.reading() as connection:
            rows = {
                (table.name, repr(tuple(row)))
                for table in METADATA.sorted_tables
                if table.name not in OURS
                for row in connection.execute(select(table))
            }
        home = self.services.settings.home
        files = {
            (str(path.relative_to(home)), hashlib.sha256(path.read_bytes()).hexdigest())
            for path in home.rglob("*")
            if path.is_file() and not path.name.startswith(("parterre.sqlite", "audit_head", "users.csv"))
        }
        return frozenset(rows | files)


def filled(given: Any, ids: Mapping[str, str]) -> Any:
    """The same with IDs in the places of their names."""
    if isinstance(given, str):
        whole = re.sub(r"\{(\w+)\}", lambda name: ids[name[1]], given)
        return int(whole[4:]) if whole.startswith("int ") else whole
    if isinstance(given, Mapping):
        return {filled(name, ids): filled(value, ids) for name, value in given.items()}
    if isinstance(given, tuple) and given[:1] == (io.BytesIO,):
        return (given[0](given[1]), given[2])
    return [filled(one, ids) for one in given] if isinstance(given, list | tuple) else given


def difference(one: tuple[int, str], other: tuple[int, str]) -> tuple[Any, ...]:
    """Where two answers part."""
    place = next((at for at, (a, b) in enumerate(zip(one[1], other[1], strict=False)) if a != b), 0)
    return one[0], other[0], one[1][max(0, place - 60) : place + 160], other[1][place : place + 160]


def plain(said: str, ids: Mapping[str, str]) -> str:
    """What an answer says, without what is another each time, or was sent."""
    for one in sorted((one for one in ids.values() if len(one) > 5), key=len, reverse=True):
        said = said.replace(one, "ID")
    return EACH_TIME.sub("", said)


def routes(server: Flask) -> dict[str, str]:
    return {
        f"{method} {rule.rule}": method for rule in server.url_map.iter_rules() for method in methods_of(rule)
    }


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("swap")
    pd.read_csv(ROOT / "data" / "customers.csv", dtype=str).iloc[:300].to_csv(folder / "a.csv", index=False)
    settings = settled(folder / "home").model_copy(update={"data": folder / "a.csv"})
    app = create_app(settings)
    services = create_services(settings)
    people = CARDS.frame.assign(**{"E-mail": [f"{MARK}-{n}@ex.org" for n in range(len(CARDS.frame))]})
    services.workspaces.add(written(folder, people, "january"), f"{MARK} quilts", CARDS.schema, by="olga")
    ada, olga, vera = (Visitor.of(app.server).sign_up(name) for name in ("ada", "olga", "vera"))
    del ada
    services.access.members.give("", "", Standing.VIEWER, by="ada")
    ids = {"slug": SLUG, "customer": "C10042"} | of_olga(services) | at_the_cards(services)
    with services.database.reading() as connection:
        ids["session"] = connection.scalar(select(sessions.c.id).where(sessions.c.account == "olga")) or ""
    assert SLUG in repr(olga.page("/data"))
    never = {kind: unlike(one) for kind, one in ids.items()}
    own = ids["own"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "callbacks.progress.PATIENCE_SECONDS", 1e9
        )  # pages say the same however long this takes
        yield House(app.server, services, vera, ids, never | {"own": own})


def of_olga(services: Services) -> dict[str, str]:
    """What is olga's in the house."""
    tokens, olga = Tokens(services.database), services.users.get("olga")
    tokens.make(olga, MARK)
    files, arriving = staging.of(services), staging.arriving_of(services)
    found = {"token": tokens.all(olga)[0].id}
    for kind, owner in (("staged", "olga"), ("own", "vera")):
        content = f"ID,{MARK}\r\n1,44\r\n".encode() if owner == "olga" else FILE[1]
        one = arriving.begin(owner, f"{kind}.csv", len(content))
        ArrivingFiles(files).add(one, 0, io.BytesIO(content))
        found[kind] = one.id
    broken = arriving.begin("olga", f"{MARK}.csv", 99)
    arriving.add(broken, 0, io.BytesIO(b"ID"))
    return found | {"arriving": broken.id}


def at_the_cards(services: Services) -> dict[str, str]:
    """What hangs on olga's dataset."""
    database, ids = services.database, {}
    with services.workspaces.at(SLUG):
        asked, live = services.jobs, services.live
        ids["model"] = live.model.card.key
        ids["job"] = asked.submit("workbook", {"filters": MARK}, "olga").id
        ids["shared"] = asked.submit("evidence", {}, "olga").id
        ids["lost"] = asked.submit("workbook", {"filters": MARK}, "vera").id
        folder = reports.of(services)
        told = {"form": "html", "filters": MARK}
        ids["report"] = folder.keep("olga", MARK, lambda at: (at / "report.html").write_text(MARK), told).id
        ids["scored"] = scored_files.receive(
            scored_files.of(services), b"ID\n1\n", owner="olga", name=f"{MARK}.csv"
        ).id
        ids["trial"] = "0123456789ab"
        services.findings.write(ids["model"], f"trial-{ids['trial']}", {MARK: MARK})
    ids["compared"] = services.jobs.submit("compare", {"id": "x" * 32, "slug": SLUG}, "vera").id
    ids["view"] = ViewsStore(database, SLUG).add("olga", MARK, "/?Age=1").id
    PageNotes(database, SLUG).add("/", "", MARK, "olga")
    ids["note"] = "1"
    ids["erasure"] = str(Erasures(database).begin(SLUG, f"{MARK}-1", "olga").number)
    about = dict.fromkeys(("page", "address", "form", "locale", "site"), MARK)
    weekly = Weekly("", SLUG, "olga", f"{MARK}@ex.org", whole=True, due=0.0, zone="UTC", told={}, **about)
    ids["weekly"] = WeeklyReports(database).add(weekly).id
    ids["confirms"] = signed(services.settings, ids["weekly"], CONFIRMS)
    return ids


def unlike(known: str) -> str:
    """One of the same length and letters that nothing has."""
    if known.isdecimal():
        return "7" * max(len(known), 5)
    return known[::-1] if known[::-1] != known else known.swapcase()


def test_every_route_is_asked_or_takes_nothing_of_a_dataset(house):
    known = set(routes(house.server))
    assert known - WITHOUT - CASES.keys() == set(), "a route without a case: say what to send to it"
    assert (WITHOUT | CASES.keys()) - known == set(), "these are there no more"


def test_every_callback_is_asked(house):
    known = {output.split("@")[0] for output in callbacks(house)}
    assert known == CALLBACKS.keys()


def callbacks(house: House) -> dict[str, dict[str, Any]]:
    found = {}
    for one in house.vera.dependencies:
        if not one.get("clientside_function"):
            found[outputs_of(one["output"])[0].split("@")[0]] = one
    return found


@pytest.mark.parametrize("standing", [Standing.VIEWER, Standing.ANALYST, Standing.OWNER])
def test_nothing_of_another_dataset_comes_back_or_changes_by_any_route(house, standing):
    house.services.access.members.give("", "vera", standing, by="ada")
    before, found = house.kept(), []
    for asked, case in CASES.items():
        method, rule = asked.split(" ")
        for mount in ("", "/d/{slug}"):
            for path in paths_of(rule, case):
                for sent in case.kinds():
                    found += house.swapped(method, mount + path, **sent)
    assert not found, "\n".join(map(str, found))
    assert gone(before, house.kept()) == []


def test_what_a_file_would_change_is_told_to_nobody_who_may_bring_none_there_any_more(house):
    members, id = house.services.access.members, house.theirs["compared"]
    done = update(jobs).where(jobs.c.id == id).values(state=State.DONE, result=json.dumps({"ways": MARK}))
    house.services.database.change(done)
    members.give("", "vera", Standing.OWNER, by="ada")
    for now, is_told in ((Standing.OWNER, True), (Standing.ANALYST, False), (Standing.NONE, False)):
        members.give(SLUG, "vera", now, by="olga")
        for path in (f"/api/v1/jobs/{id}", "/api/v1/jobs"):
            status, said = house.ask("GET", path)
            assert (status, MARK in said) == (200, is_told), (now, path)


def paths_of(rule: str, case: Case) -> Iterator[str]:
    """The paths of a case: one for each of the kinds of ID that stand in its place."""
    [name, given] = next(iter(case.path.items()), ("", ""))
    bare = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: "{0}" if found[1] == name else case.path[found[1]], rule)
    for one in given.split("|"):
        yield bare.replace("{0}", one)


def gone(before: frozenset[tuple[str, ...]], after: frozenset[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """What was there and is no more, or otherwise; of vera's own, what she changed."""
    return sorted(one for one in before - after if not ("vera" in one[1] and MARK not in one[1]))


@pytest.mark.parametrize("standing", [Standing.VIEWER, Standing.ANALYST, Standing.OWNER])
def test_nothing_of_another_dataset_comes_back_or_changes_by_any_callback(house, standing):
    house.services.access.members.give("", "vera", standing, by="ada")
    before, known, found = house.kept(), callbacks(house), []
    for output, asked in CALLBACKS.items():
        one = known[output]
        names = [f"{part['id']}.{part['property']}" for part in (*one["inputs"], *one["state"])]
        for values in asked:
            full = outputs_of(one["output"])[0]
            body = house.vera.body(full, dict(zip(names, values, strict=True)), names[0])
            for mount in ("", "/d/{slug}"):
                for model in ("", "{model} older"):
                    found += house.swapped("POST", f"{mount}/_dash-update-component", json=body, model=model)
    assert not found, "\n".join(map(str, found))
    assert gone(before, house.kept()) == []
