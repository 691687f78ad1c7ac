"""Plain values that the widgets show: nodes, facts, marks and the fields of a request. They know no terminal."""
