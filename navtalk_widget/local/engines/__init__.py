"""The engines of conversations: made of choices, shared, and warmed up."""
