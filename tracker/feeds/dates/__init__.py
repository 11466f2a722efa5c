"""When was it published? Dates as feeds write them, in twenty languages. Pure."""
