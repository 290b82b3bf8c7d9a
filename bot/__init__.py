"""The only room that talks to the world: clock, ids, people, channels, jobs."""
