"""A portrait photo as a face that speaks."""
