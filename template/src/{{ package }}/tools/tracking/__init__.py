"""Where training runs are recorded: `runs` opens, fills, reads and finds them.

Another tool brings a module of that name with the same functions and `Run`. What `address` says is
where it records; a `page` is its own page, where it has one. Of what is written this is asked:

- parameters and tags are text, metrics are numbers; what was written is read back at once;
- a file is there whole or not at all; the paths of files are relative to the run, with `/`;
- a run that was opened stays open until it is closed, also where the process was killed.
"""
