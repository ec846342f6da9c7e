"""Runs the public DMN Technology Compatibility Kit against the decision engine."""
