"""The wires to the telecom world. Empty until the telephone joins; the room is kept so that the contracts hold it."""
