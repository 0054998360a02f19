from __future__ import annotations

import pytest

from core.accounts.saved_views import MOST_VIEWS, NoSuchViewError, ViewsError, ViewsStore
from tests.support.postgresql import BOTH

pytestmark = BOTH


@pytest.fixture
def store(database):
    return ViewsStore(database)


def names(store, username="anna"):
    return [view.name for view in store.all(username)]


def test_a_view_is_found_again_under_its_name(store):
    saved = store.add("anna", "  Families  ", "/?Children=1~3")
    assert store.all("anna") == [saved]
    assert (saved.name, saved.address) == ("Families", "/?Children=1~3")


def test_views_are_listed_by_name_whatever_their_case(store):
    for name in ("beta", "Alpha", "Gamma"):
        store.add("anna", name, "/")
    assert names(store) == ["Alpha", "beta", "Gamma"]


def test_each_user_has_views_of_their_own_whatever_the_case_of_the_username(store):
    store.add("Anna", "Mine", "/")
    assert names(store, "ANNA") == ["Mine"]
    assert names(store, "ben") == []


def test_a_renamed_view_keeps_its_id_and_address(store):
    before = store.add("anna", "Families", "/?Children=1~3")
    after = store.rename("anna", before.id, "Parents")
    assert (after.id, after.address, names(store)) == (before.id, before.address, ["Parents"])


def test_a_view_may_be_renamed_to_its_own_name_in_another_case(store):
    view = store.add("anna", "families", "/")
    store.rename("anna", view.id, "Families")
    assert names(store) == ["Families"]


def test_a_deleted_view_is_gone_and_its_name_is_free(store):
    view = store.add("anna", "Families", "/")
    store.remove("anna", view.id)
    store.add("anna", "Families", "/explore")
    assert [view.address for view in store.all("anna")] == ["/explore"]


def test_another_users_view_can_be_neither_renamed_nor_deleted(store):
    view = store.add("anna", "Families", "/")
    with pytest.raises(NoSuchViewError):
        store.rename("ben", view.id, "Mine now")
    with pytest.raises(NoSuchViewError):
        store.remove("ben", view.id)
    assert names(store) == ["Families"]


@pytest.mark.parametrize("taken", ["families", "FAMILIES", " Families ", "Ｆamilies"])
def test_a_name_is_taken_once_per_user_whatever_its_case(store, taken):
    store.add("anna", "Families", "/")
    other = store.add("anna", "Other", "/")
    with pytest.raises(ViewsError, match="of this name"):
        store.add("anna", taken, "/explore")
    with pytest.raises(ViewsError, match="of this name"):
        store.rename("anna", other.id, taken)
    store.add("ben", taken, "/")


@pytest.mark.parametrize(
    "name", ["", "   ", "x" * 61, "x" * 5_000_000, "a\nb", "a\0b", "a\u202eb", "\ud800", "a\u200bb"]
)
def test_names_that_cannot_be_read_are_refused(store, name):
    with pytest.raises(ViewsError) as refused:
        store.add("anna", name, "/")
    assert refused.value.field == "name"
    assert len(str(refused.value)) < 200
    assert names(store) == []


@pytest.mark.parametrize(
    "name", ["x", "x" * 60, "<b>bold</b>", "é", "Größe & Ärger", "=1+1", "../../etc/passwd", "日本"]
)
def test_any_name_that_can_be_read_is_kept_as_it_is(store, name):
    store.add("anna", name, "/")
    assert names(store) == [name]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "explore",
        "//evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "/ /",
        "javascript:alert(1)",
        "https://evil.example/",
        "/?a=1#fragment",
        "/?a=\\",
        "/?a=1\n",
        "/a//b/../%2e",
        "/?" + "a" * 4000,
    ],
)
def test_addresses_that_are_no_page_of_ours_are_refused(store, address):
    with pytest.raises(ViewsError) as refused:
        store.add("anna", "Families", address)
    assert refused.value.field == "address"


def test_the_hundred_and_first_view_is_refused_until_one_is_deleted(store):
    views = [store.add("anna", f"View {number}", "/") for number in range(MOST_VIEWS)]
    with pytest.raises(ViewsError, match="as many as fit"):
        store.add("anna", "One more", "/")
    store.remove("anna", views[0].id)
    store.add("anna", "One more", "/")
    assert len(store.all("anna")) == MOST_VIEWS == 100


@pytest.mark.parametrize(
    "username", ["anna", "../../users", "a" * 64, "con", "a+b@example.org", "' OR 1=1 --"]
)
def test_any_username_has_views_of_its_own(store, username):
    store.add("ben", "Not theirs", "/")
    store.add(username, "Families", "/")
    assert names(store, username) == ["Families"]


def test_an_error_in_the_middle_of_a_change_changes_nothing(store):
    before = store.add("anna", "Families", "/")
    with pytest.raises(ViewsError):
        store.add("anna", "FAMILIES", "/")
    assert store.all("anna") == [before]


@pytest.mark.parametrize("id", ["", "%", "\0", "x" * 5000, "' OR 1=1 --"])
def test_a_forged_id_finds_no_view(store, id):
    store.add("anna", "Families", "/")
    with pytest.raises(NoSuchViewError):
        store.remove("anna", id)
    assert names(store) == ["Families"]


def test_views_hang_on_their_dataset(store):
    store.add("anna", "Families", "/")
    other = ViewsStore(store.database, "shop")
    other.add("anna", "Families", "/explore")
    assert [view.address for view in other.all("anna")] == ["/explore"]
    assert [view.address for view in store.all("anna")] == ["/"]
