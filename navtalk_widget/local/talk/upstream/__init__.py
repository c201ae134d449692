"""Conversations whose mind is another OpenAI-Realtime service."""
