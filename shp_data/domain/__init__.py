"""The words of the field: vocabulary, periods, areas, selection, schema, settings and errors."""
