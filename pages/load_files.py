"""Data: what is loaded?"""

from shp_view import app

app.heading("Data", app.selection())
