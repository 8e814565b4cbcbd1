"""The files that a browser uploads, wherever the server keeps them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from shp_view.hosting.uploads import UploadStore
from shp_view.views.loading import Upload


def upload_files(label: str, kinds: Sequence[str], key: str) -> list[Upload]:
    """Ask for files, and return those that are uploaded."""
    return [file for upload in st.file_uploader(label, kinds, True, key) if (file := _open_upload(upload))]


def upload_file(label: str, kinds: Sequence[str], key: str) -> Upload | None:
    """Ask for one file, and return it once it is uploaded."""
    upload = st.file_uploader(label, kinds, key=key)
    return _open_upload(upload) if upload else None


def drop_uploads(uploads: Sequence[Upload]) -> None:
    """Remove files that are no longer needed, so that they do not count towards the limit of the session."""
    store, session_id = _find_store()
    if store:
        for upload in uploads:
            store.remove_file(session_id, upload.file_id)


def _open_upload(upload: Upload) -> Upload | None:
    """Open a file where the server has it: a hosted server on disk, any other in memory."""
    store, session_id = _find_store()
    return store.open_upload(session_id, upload.file_id) if store else upload


def _find_store() -> tuple[UploadStore | None, str]:
    """Return the store of a hosted server, None on any other, and the id of the session."""
    context = get_script_run_ctx()
    store = context.uploaded_file_mgr if context else None
    return (store if isinstance(store, UploadStore) else None), (context.session_id if context else "")
