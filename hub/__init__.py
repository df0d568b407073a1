"""The composition root: settings, wiring, roles, command line, logs. Sees everything, imported by no one."""
