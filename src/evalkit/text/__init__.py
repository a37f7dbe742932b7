"""The words of a report: numbers, sentences and the catalogues of both languages."""
