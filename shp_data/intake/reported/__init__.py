"""Reported figures: their workbook, their rows, and tables of published figures."""
