"""The problem: yours to change. The rest of the package works on whatever is declared here."""
