"""The scaffold of another plan: a folder with params, notebooks and empty data that run as they stand."""
