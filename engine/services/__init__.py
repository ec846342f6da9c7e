"""Commands and questions: one function for each thing a person, a clock or a system asks for."""
