"""What people add to a store: actions, commentary, published reports, mappings, and the record of who did what."""
