"""The characters' data: one folder each, with layers as SVG and measures and colours as JSON."""
