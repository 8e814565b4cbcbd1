"""References written from the code: `python -m docs_build` writes them, and a test compares them with the files."""
