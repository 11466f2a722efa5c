"""Which events does a query choose? Query, index, rows, facets and charts; read only."""
