"""Speed against limits taken in the same run, and against peers: `python -m bench`."""
