"""When a request is whole, whatever pieces it comes in; and how an answer leaves."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts import gathering
from scripts.gathering import LARGEST_HEAD, MOST_UNSENT, SMALL, Gathering, Line, patience

GET = b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n"
POST = b"POST /login HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\n"
CHUNKED = b"POST /login HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
LARGE = b"POST /predict/score HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (SMALL + 1)


OPEN: list[Gathering] = []


@pytest.fixture(autouse=True)
def closed():
    yield
    while OPEN:
        OPEN.pop().close()


def fed(data: bytes, size: int) -> Gathering:
    one = Gathering()
    OPEN.append(one)
    for start in range(0, len(data), size):
        one.take(data[start : start + size])
    return one


def content(one: Gathering) -> bytes:
    return b"".join(one.blocks())


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
@pytest.mark.parametrize(
    "request_",
    [
        GET,
        POST + b"hello",
        CHUNKED + b"5\r\nhello\r\n0\r\n\r\n",
        CHUNKED + b"5;a=b\r\nhello\r\nA\r\n0123456789\r\n0\r\nLate: header\r\n\r\n",
    ],
)
def test_a_request_is_whole_with_its_last_byte_and_no_sooner(request_, size):
    almost = fed(request_[:-1], size)
    assert not almost.is_whole
    almost.take(request_[-1:])
    assert almost.is_whole
    assert content(almost) == request_


def test_a_body_is_handed_on_as_a_file_only_where_its_end_is_certain():
    whole = fed(POST + b"helloGET", 1000)
    assert (whole.body_of(5).read(), whole.surplus) == (b"hello", b"GET")
    assert whole.body_of(5).read() == b"hello", "from its beginning"
    others = fed(POST + b"hell", 3), fed(CHUNKED + b"5\r\nhello\r\n0\r\n\r\n", 9), fed(GET, 9)
    assert not any(one.body_of(5) for one in others)
    assert whole.body_of(6) is None, "where the parser sees another end"


@pytest.mark.parametrize("request_", [GET, POST + b"hello", CHUNKED + b"2\r\nhi\r\n0\r\n\r\n"])
def test_what_follows_a_request_is_kept_for_the_next(request_):
    one = fed(request_ + GET, 10_000)
    assert (content(one), one.surplus) == (request_, GET)


@pytest.mark.parametrize("wrong", [b"zz\r\n", b"-5\r\n", b"\r\n"])
def test_chunks_that_make_no_sense_are_left_to_the_parser(wrong):
    one = fed(CHUNKED + wrong, 10_000)
    assert (one.is_whole, one.is_cut) == (True, True)


def test_chunks_of_a_byte_each_are_not_read_to_their_end():
    """Ten thousand of them took a thread a tenth of a second; nobody has to sign in to send them."""
    one = fed(CHUNKED + b"1\r\na\r\n" * 10_000, 65_536)
    assert one.is_cut
    assert content(one) == CHUNKED
    assert not fed(CHUNKED + b"100\r\n%s\r\n" % (b"a" * 256) * 200, 65_536).is_cut


@pytest.mark.parametrize(
    "length", [b"5, 5", b"+5", b"9" * 20, b"5\r\nTransfer-Encoding: chunked", b"5\r\nContent-Length: 6"]
)
def test_a_length_that_makes_no_sense_is_left_to_the_parser_and_nothing_may_follow(length):
    one = fed(POST.replace(b": 5", b": " + length), 10_000)
    assert (one.is_whole, one.is_cut) == (True, True)


def test_a_head_without_an_end_is_cut():
    one = fed(b"GET / HTTP/1.1\r\nX: " + b"a" * (LARGEST_HEAD + 1), 10_000)
    assert (one.is_whole, one.is_cut) == (True, True)


def test_a_large_body_asks_before_it_is_received():
    one = fed(LARGE, 10_000)
    assert (one.asks, one.is_whole, one.wants) == (True, False, SMALL + 1)
    one.allow(SMALL + 1)
    assert not one.asks
    one.take(b"x" * (SMALL + 1))
    assert (one.is_whole, one.is_cut) == (True, False)
    assert len(content(one)) == len(LARGE) + SMALL + 1


def test_a_large_body_that_is_not_allowed_is_cut():
    one = fed(LARGE, 10_000)
    one.allow(0)
    assert (one.is_whole, one.is_cut) == (True, True)


def test_chunks_ask_when_they_have_become_large_and_are_cut_when_they_are_too_large():
    chunk = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    one = fed(CHUNKED + chunk * 17, 4096)
    assert one.asks
    one.allow(100_000)
    assert not one.asks
    for _ in range(8):
        one.take(chunk)
    assert (one.is_whole, one.is_cut) == (True, True)


def test_a_parser_that_asks_for_more_than_there_was_is_noticed():
    one = fed(POST + b"hello", 10_000)
    blocks = one.blocks()
    assert next(blocks) == POST
    assert next(blocks) == b"hello"
    assert not one.ran_out
    assert next(blocks, None) is None
    assert one.ran_out


def test_who_waits_to_be_told_to_go_on_is_known_until_the_body_has_come():
    head = POST.replace(b"Host: here", b"Expect: 100-continue")
    assert fed(head, 10_000).expects
    assert not fed(head + b"hello", 10_000).expects
    assert not fed(POST, 10_000).expects


def test_fifty_megabytes_have_almost_an_hour_and_a_trickle_has_seconds():
    assert patience(50_000_000) == pytest.approx(3145)
    assert patience(10) < 21


@pytest.fixture
def pair():
    near, far = socket.socketpair()
    line = Line.of(near)
    yield line, far
    line.close()
    far.close()


def test_an_answer_that_nobody_reads_holds_no_thread_until_it_is_large(pair):
    line, far = pair
    line.sendall(b"x" * MOST_UNSENT)
    assert not line.flush()
    far.settimeout(5)
    got = 0
    while got < MOST_UNSENT:
        got += len(far.recv(1 << 16))
        line.flush()
    assert line.flush()


def test_a_large_answer_that_nobody_reads_is_given_up(pair, monkeypatch):
    monkeypatch.setattr(gathering, "SECONDS", 0.05)
    monkeypatch.setattr(gathering, "BYTES_A_SECOND", 1e9)
    line, _ = pair
    with pytest.raises(BrokenPipeError):
        line.sendall(b"x" * 8 * MOST_UNSENT)


PARTS = st.sampled_from(
    [
        GET,
        POST,
        CHUNKED,
        b"5\r\nhello\r\n",
        b"0\r\n\r\n",
        b"hello",
        b"\r\n",
        b"\n",
        b"Content-Length: 3\r\n",
        b"ffffffffffff\r\n",
    ]
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.lists(PARTS | st.binary(max_size=6), max_size=6).map(b"".join), st.data())
def test_whatever_comes_comes_to_the_same_in_any_pieces(data, drawn):
    """What is one request for one reader and two for another is how requests are smuggled."""
    cuts = sorted(drawn.draw(st.lists(st.integers(0, len(data)), max_size=6)))
    whole, pieces = Gathering(), Gathering()
    whole.take(data)
    for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        if not pieces.is_whole:
            pieces.take(data[start:end])
    assert (whole.head, whole.is_whole, whole.is_cut) == (pieces.head, pieces.is_whole, pieces.is_cut)
    if whole.is_whole and not whole.is_cut:
        assert content(whole) == content(pieces)
    whole.close()
    pieces.close()
