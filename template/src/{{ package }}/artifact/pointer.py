"""The pointer: a small file that names what is served. It is replaced whole, never edited."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from .manifest import ArtifactError

POINTER_FILE = "pointer.json"


@dataclass(frozen=True)
class Served:
    """A model version on disk; `folder` is relative to the pointer's own folder."""

    version: int
    folder: str
    manifest_sha256: str

    def __post_init__(self) -> None:
        """Refuse a hash that is no text: without one, whatever lies in the folder would do."""
        if not isinstance(self.manifest_sha256, str):
            raise TypeError(f"manifest_sha256 is {self.manifest_sha256!r}")


@dataclass(frozen=True)
class Entities:
    """The read-only copy of the online features; `file` is relative to the pointer's folder."""

    file: str
    as_of: str
    rows: int


@dataclass(frozen=True)
class Pointer:
    """What is served: the champion, the challenger on trial if any, and the entities' features."""

    champion: Served | None = None
    challenger: Served | None = None
    entities: Entities | None = None

    def write(self, folder: Path) -> None:
        """Replace the pointer in `folder` in one step that readers see whole or not at all.

        One process writes at a time.
        """
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{POINTER_FILE}.draft"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / POINTER_FILE)

    @classmethod
    def read(cls, folder: Path) -> Pointer:
        """Return the pointer in `folder`, an empty one where there is none yet.

        Raises:
            ArtifactError: the file is not a pointer, or names a place outside its folder.
        """
        path = folder / POINTER_FILE
        try:
            data = json.loads(path.read_bytes())
            pointer = cls(
                champion=Served(**data["champion"]) if data["champion"] else None,
                challenger=Served(**data["challenger"]) if data["challenger"] else None,
                entities=Entities(**data["entities"]) if data["entities"] else None,
            )
            outside = pointer._outside(folder)
        except FileNotFoundError:
            return cls()
        # A link to itself is a RuntimeError until Python 3.12.
        except (OSError, ValueError, TypeError, KeyError, RuntimeError) as error:
            raise ArtifactError(f"{path} is not a pointer: {error}") from error
        if outside:
            raise ArtifactError(f"{path} names {outside}, which is outside its folder")
        return pointer

    def _outside(self, folder: Path) -> str:
        places = [served.folder for served in (self.champion, self.challenger) if served]
        places += [self.entities.file] if self.entities else []
        root = folder.resolve()
        return ", ".join(
            repr(place) for place in places if not (folder / place).resolve().is_relative_to(root)
        )
