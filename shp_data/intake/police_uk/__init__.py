"""Months of data.police.uk, fetched over the network."""
