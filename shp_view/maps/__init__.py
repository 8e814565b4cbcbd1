"""Maps of a Figure, on screen and on paper."""
