"""Forms of tasks: from the form file to typed values or to one sentence per faulty field."""
