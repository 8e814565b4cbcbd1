"""The store: where intake writes and analysis reads, and the two meet nowhere else."""
