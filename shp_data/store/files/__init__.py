"""The files of a store: parts, manifests, the switch to a new version, what counts, retention."""
