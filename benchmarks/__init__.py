"""Every figure in the README and in docs/benchmarks.md comes from a script here, as a ratio against a named peer."""
