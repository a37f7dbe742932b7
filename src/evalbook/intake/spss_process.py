"""Run by `spss` as a process of its own: all that pyreadstat says of one file, pickled to standard output."""

from __future__ import annotations

import pickle
import sys

if __name__ == "__main__":
    import pyreadstat

    try:
        data, about = pyreadstat.read_sav(sys.argv[1], user_missing=True, output_format="dict")
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError, OverflowError):
        sys.exit(2)  # damaged
    variables = [
        (
            name,
            label,
            about.variable_value_labels.get(name, {}),
            about.missing_ranges.get(name, []),
            data[name],
        )
        for name, label in zip(about.column_names, about.column_labels, strict=True)
    ]
    pickle.dump((about.file_encoding, variables), sys.stdout.buffer)
