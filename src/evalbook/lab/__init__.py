"""What helps an analyst in JupyterLab: completion of ids, autoreload, and the way to start it."""
