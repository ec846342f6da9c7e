"""The expression language FEEL: text -> tree -> closure -> value; knows no BPMN and no DMN."""
