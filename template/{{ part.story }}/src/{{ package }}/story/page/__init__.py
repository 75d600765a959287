"""The report page: what it says and draws. `demo.report` puts it together and writes it."""
