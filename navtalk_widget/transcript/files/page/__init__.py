"""A transcript as a page of its own, which plays its recording if it has one."""
