"""The terms of the field: vocabulary, periods, areas, selection, schema, settings and errors."""
