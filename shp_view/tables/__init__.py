"""Tables of a Figure as a screen shows them."""
