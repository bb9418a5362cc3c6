"""The door of the command line: python -m embeddings."""

import sys

from embeddings.cli import main

if __name__ == "__main__":
    sys.exit(main())
