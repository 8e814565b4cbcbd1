"""Files of any kind -> chunks of text columns."""
