"""What is left of a conversation where no widget runs: notebooks converted by nbconvert."""
