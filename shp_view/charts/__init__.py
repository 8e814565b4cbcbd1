"""Charts of a Figure, as Vega-Lite specifications."""
