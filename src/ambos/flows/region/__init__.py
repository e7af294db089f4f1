"""The region as a whole: waits now, what is new, what comes next, topics, crossings and places."""
