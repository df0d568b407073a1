"""Cameras and their snapshots. Empty until the cameras join; the room is kept so that the contracts hold it."""
