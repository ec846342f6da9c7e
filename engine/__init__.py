"""The workflow engine: rules, execution, storage and the commands that join them."""
