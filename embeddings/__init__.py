"""Embedding Explorer's library: word vectors, queries, directions, projections. Works without the app.

    from embeddings import catalog, query
    wv = catalog.open_space()
    print(query.answer(wv, query.Query.parse("king - man + woman")).words)
"""

__version__ = "0.1.0"
