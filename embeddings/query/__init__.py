"""A query is a value: parsed once, hashable, printed back, answered by a space.

    king - man + woman            a sign stands between spaces, so that t-shirt is a word
    0.5*paris + 0.5*berlin        weights
    "new york" + @capitals        quotes for odd tokens, @name or mean(@name) for the mean of a word list
    paris : france :: tokyo : ?   an analogy; also: man is to king as woman is to ?
    king - man + woman = queen    the answer that is expected; in an analogy it stands in place of the question mark

Nothing is ever evaluated as code.
"""

from embeddings.query.answering import Lists, Ranking, answer, named_list, resolve
from embeddings.query.grammar import MOST_RESULTS, expected_word
from embeddings.query.queries import Query
from embeddings.query.terms import Term, quoted
from embeddings.query.training import lists_with

__all__ = [
    "MOST_RESULTS",
    "Lists",
    "Query",
    "Ranking",
    "Term",
    "answer",
    "expected_word",
    "lists_with",
    "named_list",
    "quoted",
    "resolve",
]
