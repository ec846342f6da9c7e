"""What the table of `engine/execution/README.md` says of BPMN, shown by tiny models.

A row of the table is proved by a `Row` (it runs, with this trace) or a `Refusal` (it is refused at
deployment, at this element, for this reason) of the same name.  Families of them stand in
`rows_<family>.py`, each with a tuple `ROWS`; `rows.FAMILIES` names them all.

Every event definition in every place it may be drawn in has its line; `positions` draws them all,
and what the table refuses needs no row of its own.  To make one run: say so in the table, and give
it a row of that name (the model of `positions` will often do).

Each row is played through `engine/testing.py` twice: with the instance kept in memory between two
steps, and read from the database for each (which also proves that the stored state reads back).
Compaction is at work in both, as always.

`test_parts` walks over the schema: each attribute and child is put on each kind of element in the
rows' models.  `test_oracle` plays random processes beside a token game of its own (`oracle`).

`make conformance` runs all of it, `make conformance CASES=5000` with more random processes.
"""
