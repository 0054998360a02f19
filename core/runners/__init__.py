"""The verbs of the engine over customers in parts: on this machine, and past it."""
