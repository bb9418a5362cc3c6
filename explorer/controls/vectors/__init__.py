"""The widgets of the page of vectors: the spaces there are, files of the reader's own, official vectors, and the runs they start."""

from explorer.controls.vectors.actions import actions, damaged
from explorer.controls.vectors.at_work import at_work
from explorer.controls.vectors.fetching import fetch
from explorer.controls.vectors.opening import drop_zone, file_here, import_form
from explorer.controls.vectors.shelf import pick_space, refused_and_duplicates, spaces_table

__all__ = [
    "actions",
    "at_work",
    "damaged",
    "drop_zone",
    "fetch",
    "file_here",
    "import_form",
    "pick_space",
    "refused_and_duplicates",
    "spaces_table",
]
