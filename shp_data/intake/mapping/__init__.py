"""What a supplier's columns, categories and areas mean: guessed, shown before a load, confirmed by a person."""
