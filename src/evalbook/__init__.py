"""The machinery around evalkit: import, run, site, review, rehearsal, another plan, JupyterLab and the `evalkit` command."""
