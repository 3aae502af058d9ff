"""Replicas of the networks on loopback, with real facts; used by `make demo`, tests and benchmarks."""
