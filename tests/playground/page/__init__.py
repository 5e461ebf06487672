"""The playground page: its server, its stage, and the scripted run."""
