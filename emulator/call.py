import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from emulator.errors import bad


@dataclass(slots=True)
class Upload:
    name: str
    mime: str
    data: bytes


@dataclass(slots=True)
class Call:
    """One call of the bot with its parameters, whichever way they were encoded."""

    method: str
    given: dict[str, Any]
    files: dict[str, Upload] = field(default_factory=dict)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.given.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad(f'parameter "{name}" must be of type Integer') from None

    def number(self, name: str) -> float:
        try:
            return float(self.given[name])
        except (KeyError, TypeError, ValueError):
            raise bad(f'parameter "{name}" is required') from None

    def text(self, name: str) -> str:
        value = self.given.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        return self.given.get(name) in (True, 1, "true", "True", "1", "yes")

    def parsed(self, name: str) -> Any:
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None

    @property
    def chat_id(self) -> int | str | None:
        value = self.given.get("chat_id")
        if isinstance(value, str):
            return int(value) if value.lstrip("-").isdigit() else value
        return value if isinstance(value, int) else None


async def read_call(request: web.BaseRequest, method: str) -> Call:
    query = dict(request.query) if request.query_string else {}
    kind = request.content_type
    if kind == "multipart/form-data":
        return await _multipart(request, method, query)
    body = await request.read()
    if not body:
        return Call(method, query)
    try:
        if kind == "application/json":
            content = json.loads(body)
        else:
            content = dict(parse_qsl(body.decode(), keep_blank_values=True))
    except ValueError:
        raise bad("can't parse request body") from None
    if not isinstance(content, dict):
        raise bad("can't parse JSON object")
    return Call(method, {**query, **content})


async def _multipart(request: web.BaseRequest, method: str, query: dict[str, Any]) -> Call:
    call = Call(method, query)
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            call.files[name] = Upload(value.filename, value.content_type, value.file.read())
        else:
            call.given[name] = value if isinstance(value, str) else bytes(value).decode()
    return call
