"""Figures in words: every sentence, title, label and alternative text."""
