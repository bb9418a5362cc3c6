"""The door of the command line: python -m embeddings."""

import sys


def main() -> int:
    """Run one command and return its exit status. An interruption is told as one from the first moment on."""
    try:
        from embeddings.cli import main as run

        return run()
    except KeyboardInterrupt:                                                  # while the program itself was still being read
        flags = sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
        if "--json" in flags:
            print('{"error": {"type": "Cancelled", "message": "Interrupted."}}', flush=True)
        return 130


if __name__ == "__main__":
    sys.exit(main())
