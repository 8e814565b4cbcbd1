"""Serving the dashboard to others: who may look, and what is added to Streamlit's server. No Streamlit here."""
