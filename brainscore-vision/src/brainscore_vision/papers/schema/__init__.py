"""What a file may say: one module a table."""
