"""What the figures are: domain, intake, store and analysis. No Streamlit and no chart library."""
