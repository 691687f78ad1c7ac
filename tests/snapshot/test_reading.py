"""What all readers share."""

from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes

from hypothesis import given
from hypothesis import strategies as st

from iamtui.policy.document import DocumentTable
from iamtui.snapshot.readers.reader import Documents


@given(st.text(alphabet='%2375BDbd{}[]":+ é'))
def test_i4_percent_encoded_documents_are_decoded_as_the_standard_library_does(text: str) -> None:
    encoded = f"%7B{text}"
    document = Documents(DocumentTable()).of_text(encoded)
    assert document is not None
    assert document.source == unquote_to_bytes(encoded.strip())


@given(st.text())
def test_i4_what_was_encoded_comes_back(text: str) -> None:
    written = '{"a": ' + text + "}"
    document = Documents(DocumentTable()).of_text(quote(written, errors="surrogatepass"))
    assert document is not None
    assert document.source == written.encode(errors="surrogatepass")
