"""
What an answer over HTTP says of where it stands: its ETag, and a stretch of a list of entries.

An ETag begins with the number of the school's last entry. Sent back as ``If-Match`` it makes an
act depend on nothing it stands on having come after that entry.
"""

import hashlib
import json
import re
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, Field, create_model

from delivery.render.envelope import document
from delivery.usage import Usage

BY_ENTRY = {"audit completeness": "entry", "letters": "entry", "audit reading": "number"}
"""The questions whose rows are entries, or numbered like them, and the field of the number."""
MOST = 1000
_TAG = re.compile(r'(?:W/)?"?(\d{1,15})(?:-[0-9a-f]{16})?"?')


def entry_of_tag(told: str | None) -> int | None:
    """The entry that ``If-Match`` names; ``None`` where any will do. Raises ``Usage``."""
    if told is None or told.strip() == "*":
        return None
    found = _TAG.fullmatch(told.strip())
    if found is None:
        raise Usage(f"If-Match: {told[:80]!r} is no ETag of an answer, nor an entry number")
    return int(found[1])


def tagged(request: Request, answer: Response, entry: int) -> Response:
    """The answer with its ETag; or that nothing has changed, to whoever has it already."""
    return unless_known(request, answer, f"{entry}-")


def unless_known(request: Request, answer: Response, before: str = "") -> Response:
    """The answer with an ETag of its bytes; or that nothing has changed."""
    tag = f'"{before}{hashlib.sha256(bytes(answer.body)).hexdigest()[:16]}"'
    known = [one.strip().removeprefix("W/") for one in _told(request, "if-none-match").split(",")]
    if tag in known:
        answer = Response(status_code=304)
    answer.headers["ETag"] = tag
    answer.headers["Vary"] = "Authorization, Cookie"
    return answer


def paged(model: type[BaseModel]) -> type[BaseModel]:
    """What a question may be told, and which stretch of its rows is wanted."""
    after = Field(0, ge=0, le=10**15, description="Only rows after that entry, the oldest first.",
                  examples=[31000])  # fmt: skip
    limit = Field(None, ge=1, le=MOST, description="At most so many rows.", examples=[100])
    fields: dict[str, Any] = {
        "after": (Annotated[int, after], 0),
        "limit": (Annotated[int | None, limit], None),
    }
    name = f"{model.__name__}Page"
    return create_model(name, __base__=model, **fields)


def page_of(
    request: Request, words: str, whole: Response, after: int, limit: int | None
) -> Response:
    """A stretch of an answer's rows, and in ``Link`` where the next one is."""
    if words not in BY_ENTRY or (limit is None and not after):
        return whole
    number = BY_ENTRY[words]
    read = json.loads(bytes(whole.body))
    rows = sorted(read["answer"]["rows"], key=lambda row: int(row[number]))
    rest = [row for row in rows if row[number] > after]
    shown = rest[: limit or MOST]
    more = len(rest) > len(shown)
    read["answer"]["rows"] = shown
    read["page"] = {"after": after, "limit": limit or MOST, "of": len(rows), "more": more}
    answer = Response(document(read), media_type="application/json")
    if more:
        query = {name: value for name, value in request.query_params.multi_items()
                 if name not in {"after", "limit"}}  # fmt: skip
        query |= {"after": str(shown[-1][number]), "limit": str(limit or MOST)}
        answer.headers["Link"] = f'<{request.url.path}?{urlencode(query)}>; rel="next"'
    return answer


def _told(request: Request, header: str) -> str:
    return request.headers.get(header, "")
