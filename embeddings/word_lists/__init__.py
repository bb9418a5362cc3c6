"""Word lists: those in the box, those a reader drops or pastes, and what a space knows of them.

from embeddings import word_lists
word_lists.box()["animals"].words
word_lists.paste("cat, dog, parrot", "pets")
"""

from embeddings.word_lists.coverage import Coverage, coverage
from embeddings.word_lists.keeping import box, every, lists_folder, remove, save, saved
from embeddings.word_lists.lists import PairList, WordList, slug
from embeddings.word_lists.reading import paste, read

__all__ = [
    "Coverage",
    "PairList",
    "WordList",
    "box",
    "coverage",
    "every",
    "lists_folder",
    "paste",
    "read",
    "remove",
    "save",
    "saved",
    "slug",
]
