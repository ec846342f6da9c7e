"""Gives each BPMN file its diagram and counts what disturbs the eye in one."""
