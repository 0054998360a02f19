"""`parterre evidence FILE`: of any table, without a server, a key or a home, and nothing of it is kept."""

import json
from functools import cache, partial

import numpy as np
import pandas as pd
import pytest

import app
from bench.shapes import planted
from callbacks import table_evidence
from core.datasets.table_evidence import evidence_of
from core.evidence.repetitions import Effort

QUICK = Effort(curves=2, references=2, splits=2, crowds=19)
QUICKLY = cache(partial(evidence_of, effort=QUICK))  # a table is asked about twice


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The command as a shell has it, where nothing but its words is set."""
    monkeypatch.setattr(table_evidence, "evidence_of", QUICKLY)
    monkeypatch.setattr("sys.argv", ["flask", "--app", "app:create_server", "parterre", "evidence"])
    monkeypatch.setenv("PARTERRE_ENV", "production")
    monkeypatch.setenv("PARTERRE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SECRET_KEY", raising=False)

    def command(*words):
        done = app.create_server().test_cli_runner().invoke(args=["parterre", "evidence", *map(str, words)])
        assert not (tmp_path / "home").exists()
        return done

    return command


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    """Three groups of 300 customers, who have no identifier, and a column of codes."""
    file = tmp_path_factory.mktemp("table") / "numbers.csv"
    points = planted(3, 5.0)(np.random.default_rng(3), 300, 3)
    table = pd.DataFrame(points, columns=["x1", "x2", "x3"]).assign(kind=np.arange(300) % 3)
    table.to_csv(file, index=False)
    return file


def test_a_table_of_numbers_is_read_once_and_gets_its_evidence_as_json(run, numbers, monkeypatch):
    monkeypatch.setattr("core.datasets.table_evidence.read_customers", None)
    done = run(numbers, "--json")
    said = json.loads(done.stdout)
    assert (done.exit_code, said["refused"], said["rows"], said["basis"]) == (0, "", 300, ["x1", "x2", "x3"])
    assert said["groups"]["found"] is True
    assert 0 < said["groups"]["p"] <= 0.05
    assert said["lead"].startswith(said["groups"]["words"])
    assert said["preferred"]["silhouette"] == [3]
    assert set(said) == {
        "rows", "basis", "groups", "valleys", "preferred", "recommended", "lead", "refused"
    }  # fmt: skip


def test_segments_are_built_on_the_columns_that_are_named_whatever_they_are_taken_for(run, numbers):
    assert json.loads(run(numbers, "--basis", "X1, kind", "--json").stdout)["basis"] == ["x1", "kind"]


def test_without_json_it_is_said_in_words(run, numbers):
    said = run(numbers).output
    assert said.startswith("300 customers, segments built on x1, x2, x3.\nThere are groups")


@pytest.mark.parametrize(
    ("content", "words", "because"),
    [
        (None, (), "found no such file"),
        ("customer,city\n" + "".join(f"{n},{'AB'[n % 2]}\n" for n in range(90)), (), "build segments"),
        ("x,y\n" + "".join(f"{n % 4}.5,{n % 3}.5\n" for n in range(90)), (), "12 of them different"),
        ("x,y\n1.5,2.5\n" * 40, ("--basis", "x,z"), "Found no column 'z'"),
        ("x,t\n" + "".join(f"{n}.5,a{n}\n" for n in range(90)), ("--basis", "x,t"), "columns of numbers"),
    ],
)
def test_what_can_not_be_said_is_a_sentence_in_json_and_an_exit_code(run, tmp_path, content, words, because):
    file = tmp_path / "table.csv"
    if content:
        file.write_text(content)
    done = run(file, *words, "--json")
    said = json.loads(done.stdout)
    assert (done.exit_code, said["groups"]["found"], said["recommended"]) == (1, None, [])
    assert because in said["refused"]
    plain = run(file, *words)
    assert plain.exit_code == 1
    assert because in plain.stderr
