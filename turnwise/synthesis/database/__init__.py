"""Databases: what a schema says, new values that fit it, and a database that a model invents. Knows no tools and no goals."""
