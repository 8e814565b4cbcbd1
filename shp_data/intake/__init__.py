"""Files -> store: one module per source, cleaning, placing and reconciliation."""
