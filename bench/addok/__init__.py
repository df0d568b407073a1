"""addok, the peer: its set-up for Chinese and what it needs, in an environment of its own."""
