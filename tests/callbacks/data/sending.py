"""Files as a browser sends them: what is to come is said, then it comes piece by piece."""

from __future__ import annotations

from tests.callbacks.dash_client import Visitor


def headers(visitor: Visitor, token: str | None = None) -> dict[str, str]:
    return {"X-CSRFToken": visitor.token if token is None else token, "Accept": "application/json"}


def begin(visitor: Visitor, size: object, name: object = "new.csv", **more: object):
    body = {"name": name, "size": size, **more}
    return visitor.client.post("/data/files", json=body, headers=headers(visitor))


def put(visitor: Visitor, identity: str, offset: object, piece: bytes, token: str | None = None):
    address = f"/data/files/{identity}?offset={offset}"
    return visitor.client.put(address, data=piece, headers=headers(visitor, token))


def send(visitor: Visitor, content: str | bytes, name: str = "new.csv", piece: int = 4_000_000):
    """All of a file; the last answer."""
    data = content.encode() if isinstance(content, str) else content
    answer = begin(visitor, len(data), name)
    while answer.status_code == 200 and not answer.json.get("whole"):
        start = answer.json["offset"]
        answer = put(visitor, answer.json["id"], start, data[start : start + piece])
    return answer
