"""A ranking with what tells how far it can be trusted: the plain cosine's beside it, and how often each word is a neighbour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embeddings.hubness import RANKINGS, Badge, Change, Hubness, change
from embeddings.query import Ranking


@dataclass(frozen=True, eq=False)
class Trust:
    """found: the ranking that is shown. plain: the same query by cosine alone (itself, where it is that). hubness: None if not counted."""

    found: Ranking
    plain: Ranking
    hubness: Hubness | None

    @property
    def change(self) -> Change:
        """What came into the list and what left it against the plain cosine."""
        return change(self.found.words, self.plain.words)

    @property
    def is_plain(self) -> bool:
        """True where the words are ranked by their score alone."""
        return self.found.query.rank_by == "cosine"

    @property
    def title(self) -> str:
        """What the ranking is called."""
        return RANKINGS[self.found.query.rank_by].title

    @property
    def badges(self) -> list[Badge]:
        """How often each listed word is a neighbour; [] where that was not counted."""
        return self.hubness.badges(np.array(self.found.rows, np.int64)) if self.hubness else []
