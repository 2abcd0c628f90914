"""The study file, the pipeline that runs it, and the record of the run."""
