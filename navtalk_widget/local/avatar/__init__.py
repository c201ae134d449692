"""The avatar's face: characters drawn as SVG, set in motion by what the playout plays."""
