"""Words become calls, one file a command."""
