import secrets
from dataclasses import dataclass
from mimetypes import guess_extension

from emulator.call import Call, Upload
from emulator.errors import Refusal, Wire, bad

LARGEST = 20 * 1024 * 1024
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")
FOLDERS = {"photo": "photos", "voice": "voice", "sticker": "stickers", "video_note": "video_notes"}


@dataclass(slots=True)
class Stored:
    id: str
    unique_id: str
    path: str
    name: str
    mime: str
    data: bytes

    def wire(self) -> Wire:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.data)}


class Files:
    """What was uploaded, kept in memory and known by file_id and by path."""

    def __init__(self) -> None:
        self._by_id: dict[str, Stored] = {}
        self._by_path: dict[str, Stored] = {}

    def keep(self, kind: str, upload: Upload) -> Stored:
        if not upload.data:
            raise bad("file must be non-empty")
        if len(upload.data) > LARGEST:
            raise Refusal(413, "Request Entity Too Large")
        if kind == "photo" and not upload.data.startswith(PICTURES):
            raise bad("IMAGE_PROCESS_FAILED")
        ending = guess_extension(upload.mime) or ""
        path = f"{FOLDERS.get(kind, 'documents')}/file_{len(self._by_id)}{ending}"
        file_id = f"AgACAg{secrets.token_urlsafe(40)}"
        stored = Stored(file_id, secrets.token_urlsafe(9), path, upload.name, upload.mime, upload.data)
        self._by_id[stored.id] = self._by_path[path] = stored
        return stored

    def get(self, file_id: str) -> Stored:
        if file_id not in self._by_id:
            raise bad("wrong file_id or the file is temporarily unavailable")
        return self._by_id[file_id]

    def at(self, path: str) -> Stored | None:
        return self._by_path.get(path)

    def given(self, call: Call, kind: str) -> Stored:
        """The file of a sendX call: uploaded with it, attached under a name, or sent again by its id."""
        said = call.text(kind)
        upload = call.files.get(said.removeprefix("attach://")) or call.files.get(kind)
        if upload is not None:
            return self.keep(kind, upload)
        if not said:
            raise bad(f"there is no {kind.replace('_', ' ')} in the request")
        if said not in self._by_id:
            raise bad("wrong file identifier/HTTP URL specified")
        return self._by_id[said]
