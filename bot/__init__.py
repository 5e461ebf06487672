"""The program: settings, wiring, HTTP, the worker and the command line."""
