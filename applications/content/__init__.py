"""The content of an application as it is read, printed and frozen: one dict for the review page, the document and its hash.

The shape is that of ``grants.documents.letters``; each block also names its ``section``, and ``data`` holds the values
themselves for comparisons and exports. Each section has a file with its blocks for reading and its data. A new fact
is left out where it is empty: what was frozen before it existed keeps its hash.
"""

from applications.content.loading import WITH_ONE, hold, loaded, related, with_content
from applications.content.receipt import receipt_content
from applications.content.versions import fingerprint, latest_version, same_content, sent_content, versions_of
from applications.content.whole import content_of, content_of_loaded, data_of

__all__ = [
    "WITH_ONE",
    "content_of",
    "content_of_loaded",
    "data_of",
    "fingerprint",
    "hold",
    "latest_version",
    "loaded",
    "receipt_content",
    "related",
    "same_content",
    "sent_content",
    "versions_of",
    "with_content",
]
