"""A query is a value: parsed once, hashable, printed back, answered by a space.

    king - man + woman            a sign stands between spaces, so that t-shirt is a word
    0.5*paris + 0.5*berlin        weights
    "new york" + @capitals        quotes for odd tokens, @name or mean(@name) for the mean of a word list
    paris : france :: tokyo : ?   an analogy; also: man is to king as woman is to ?

Nothing is ever evaluated as code.
"""

from embeddings.query.answering import Lists, Ranking, answer, named_list, resolve
from embeddings.query.grammar import MOST_RESULTS
from embeddings.query.queries import Query
from embeddings.query.terms import Term, quoted

__all__ = ["MOST_RESULTS", "Lists", "Query", "Ranking", "Term", "answer", "named_list", "quoted", "resolve"]
