"""The ``clusterbridge`` command: data on stdout, progress and logs on stderr."""
