"""A transcript as pandas tables: one module for each table. An empty transcript has the same columns and types."""
