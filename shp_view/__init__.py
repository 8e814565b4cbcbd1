"""How figures are shown: theme, charts, maps, wording and documents. Only app.py imports Streamlit."""
