"""Language models behind OpenAI's chat API."""
