"""The pictures of scripts/plot.py: one module a group, each plot a function from report JSON to a figure."""
