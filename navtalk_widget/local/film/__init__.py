"""Films of what the avatar says."""
