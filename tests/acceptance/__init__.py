"""Whole stories through the front door: the scenarios of the mission, played by their people."""
