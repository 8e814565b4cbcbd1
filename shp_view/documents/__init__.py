"""Files to download: tables, pictures, Word, PowerPoint and HTML papers."""
