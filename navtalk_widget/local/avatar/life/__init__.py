"""What a face does: mouth shapes, bearing, habits, moods and expression."""
