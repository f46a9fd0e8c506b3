import base64
import random
from typing import Any

from emulator.errors import Impossible, Wire
from emulator.people import Chat
from emulator.phones import Phones, Who, sample_picture

SILENCE = b"OggS\0\2" + bytes(58)


def send(phones: Phones, user: Who, kind: str, chat: int | Chat | None = None, **options: Any) -> int | None:
    """A message which is not text. Options are the fields of its kind; content is base64 or a sample."""
    build = KINDS.get(kind)
    if build is None:
        raise Impossible(f"unknown kind {kind!r}; there are {', '.join(KINDS)}")
    content = build(phones, user, options)
    if options.get("caption") and kind in ("photo", "voice", "document"):
        content["caption"] = str(options["caption"])
    if options.get("media_group_id"):
        content["media_group_id"] = str(options["media_group_id"])
    return phones.post(user, content, chat)


def _data(options: Wire, sample: bytes) -> bytes:
    return base64.b64decode(options["content"]) if options.get("content") else sample


def _photo(phones: Phones, user: Who, options: Wire) -> Wire:
    kept = phones.upload("photo", "photo.png", "image/png", _data(options, sample_picture()))
    return {"photo": [{**kept, "width": 320, "height": 240}]}


def _voice(phones: Phones, user: Who, options: Wire) -> Wire:
    kept = phones.upload("voice", "voice.oga", "audio/ogg", _data(options, SILENCE))
    return {"voice": {**kept, "duration": int(options.get("duration", 3)), "mime_type": "audio/ogg"}}


def _document(phones: Phones, user: Who, options: Wire) -> Wire:
    name = str(options.get("file_name", "paper.txt"))
    mime = str(options.get("mime_type", "text/plain"))
    kept = phones.upload("document", name, mime, _data(options, b"A paper.\n"))
    return {"document": {**kept, "file_name": name, "mime_type": mime}}


def _sticker(phones: Phones, user: Who, options: Wire) -> Wire:
    kept = phones.upload("sticker", "sticker.webp", "image/webp", b"RIFF\0\0\0\0WEBP")
    shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
    return {"sticker": {**kept, **shape, "emoji": str(options.get("emoji", "👍"))}}


def _video_note(phones: Phones, user: Who, options: Wire) -> Wire:
    kept = phones.upload("video_note", "note.mp4", "video/mp4", b"\0\0\0\x18ftypmp42")
    return {"video_note": {**kept, "length": 240, "duration": int(options.get("duration", 5))}}


def _location(phones: Phones, user: Who, options: Wire) -> Wire:
    return {"location": {"latitude": float(options.get("latitude", 56.4846)),
                         "longitude": float(options.get("longitude", 84.9476))}}  # fmt: skip


def _contact(phones: Phones, user: Who, options: Wire) -> Wire:
    """One's own contact by default; user_id null or another's for somebody else's."""
    person = phones.world.person(user)
    owner = options.get("user_id", person.id)
    contact: Wire = {"phone_number": str(options.get("phone_number", f"+7{person.id % 10**10:010}")),
                     "first_name": str(options.get("first_name", person.first_name))}  # fmt: skip
    return {"contact": {**contact, "user_id": int(owner)} if owner else contact}


def _dice(phones: Phones, user: Who, options: Wire) -> Wire:
    return {"dice": {"emoji": "🎲", "value": int(options.get("value", random.randrange(1, 7)))}}


def _poll(phones: Phones, user: Who, options: Wire) -> Wire:
    answers = options.get("options", ["1", "2"])
    return {"poll": {
        "id": str(random.randrange(10**17, 10**18)), "question": str(options.get("question", "?")),
        "options": [{"text": str(text), "voter_count": 0, "persistent_id": str(number)}
                    for number, text in enumerate(answers)],
        "total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular",
        "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
    }}  # fmt: skip


KINDS = {
    "photo": _photo, "voice": _voice, "document": _document, "sticker": _sticker, "video_note": _video_note,
    "location": _location, "contact": _contact, "dice": _dice, "poll": _poll,
}  # fmt: skip
