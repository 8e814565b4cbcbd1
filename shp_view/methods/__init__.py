"""How each figure is made, with examples worked on the loaded data."""
