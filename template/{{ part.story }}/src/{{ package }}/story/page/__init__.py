"""The report page: what it says and draws. `story.report` puts it together and writes it."""
