"""Where incidents are: locations, points, hexagons, repeat locations, concentration and search."""
