"""The only importer of SpiffWorkflow: reads process models and moves running instances."""
