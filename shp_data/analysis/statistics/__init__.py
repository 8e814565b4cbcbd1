"""Statistics: numbers in, numbers out. No store and no partnership."""
