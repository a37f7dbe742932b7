"""The analyst's and the reviewer's round: assess, sign, compare, release."""
