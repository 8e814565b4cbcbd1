"""References written from the code: `python -m docs_build` writes them anew, and a test compares them with the disk."""
