from __future__ import annotations

import pytest

from core.datasets.marks import Marks
from core.errors import ModelError
from tests.support.postgresql import BOTH


@BOTH
def test_the_last_word_counts_and_is_of_one_dataset(database):
    marks, others = Marks(database, "here"), Marks(database, "there")
    marks.say("m", " first\r\n", retired=True, by="ada")
    marks.say("m", "second", retired=False, by="bo")
    assert (marks.all()["m"].note, marks.all()["m"].who, marks.is_retired("m")) == ("second", "bo", False)
    assert others.all() == {}
    with pytest.raises(ModelError, match="a note of 501 characters"):
        marks.say("m", "x" * 501, retired=False, by="bo")
