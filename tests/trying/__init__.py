"""Trying drafts in sandboxes."""
