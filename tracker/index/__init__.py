"""Which rows have which value? Sets of ids in memory that follow a table; knows no model."""
