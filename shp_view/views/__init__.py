"""Views: what each page shows, built once for the page, the meeting pack and the documents."""
