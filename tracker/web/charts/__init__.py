"""How is a chart drawn? Geometry, SVG and PNG."""
