"""What other widget libraries have to do with the avatar."""
