"""The screens: Flask, templates and the command line."""
