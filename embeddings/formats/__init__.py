"""File formats: one file per format. native is the store that the others are imported into."""
