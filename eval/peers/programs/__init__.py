"""Programs that run in the environment of a peer, never in Coach's own; they import nothing of Coach."""
