"""The analytical engine: takes registered datasets from Postgres to a lake of Parquet files, and queries it with Ibis.

`datasets` says what may be taken, `extract` takes what changed since the last load, `lake` keeps the files so that no
reader sees half a load, `connection` hands out an Ibis backend over them, `landing` writes results back to Postgres.
The only room that knows DuckDB.
"""
