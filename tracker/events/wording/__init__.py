"""How is it said? Names, words and headlines in the active language. Pure: no database."""
