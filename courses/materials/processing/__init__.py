"""What the worker makes of a published file, step by step."""
