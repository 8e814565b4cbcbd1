"""Write docs/methods.md: the methods, with worked examples from the sample."""

from shp_data.intake.sample import prepare_sample_store
from shp_data.store.version import open_store
from shp_view.methods.methods import DOCUMENT, build_document

if __name__ == "__main__":
    DOCUMENT.write_text(build_document(open_store(prepare_sample_store())), encoding="utf-8")
