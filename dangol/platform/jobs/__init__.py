"""Jobs in the same Postgres as the data. The only room that knows the job library.

`task` declares a job, `defer` puts it in the queue in the running transaction, `Progress` says how far a long one is.
"""
