"""The command line: import, for BPMN that other tools have written."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine.execution.importing import Draft
from engine.importing import Tried, draw, files_in, known, try_file
from engine.settings import config_dir, models_dir
from web.command_line import fail, out, told, worded
from web.demo import read_folders
from web.import_words import OUTSIDE, QUESTIONS, REPAIRS
