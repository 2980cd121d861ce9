"""Writing without losing a word: what stands in the fields, what has changed in them, and who writes where (TRUST INV-11).

Here is what needs no form; the pages that bind fields to it are in ``views/autosave``, ``views/saving`` and ``views/history``.
"""
