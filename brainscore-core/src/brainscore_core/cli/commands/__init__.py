"""One module a sub-command; its name is the command's, and its ``command`` is what runs."""
