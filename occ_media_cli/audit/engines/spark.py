"""The Spark engine of the audit, over an export of the views: the rules' texts run as they are."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from occ_media_cli.audit import sql
from occ_media_cli.audit.engines import parquet_views
from occ_media_cli.audit.engines.interface import Head
from occ_media_cli.audit.engines.own_rules import portable
from occ_media_cli.audit.rule import AuditRule, Value
from occ_media_cli.errors import PartMissing, Refused

LOCAL_PARTITIONS = 16
"""Parts of a shuffle where Spark runs on this machine alone: its own 200 are for a cluster, and each costs a task."""

_SAID_ELSEWHERE = ("SPARK_REMOTE", "PYSPARK_SUBMIT_ARGS", "PYSPARK_GATEWAY_PORT", "SPARK_HOME", "SPARK_CONF_DIR")
"""Where Spark is configured on this machine, its own settings hold."""


class SparkSource:
    """An export that is open in Spark. Use `opened`. trust: a user's own rules may run, with all that Spark may do."""

    def __init__(self, session: Any, head: Head, *, trust: bool) -> None:
        self._session = session
        self._head = head
        self._trust = trust

    def head(self) -> Head:
        """Where the chain stood."""
        return self._head

    def query(self, text: str, values: Mapping[str, Value], tuned: str | None = None) -> Iterator[Sequence[Any]]:
        """The rows of a portable SELECT; `tuned` is for SQLite."""
        return self._frame(text, values).toLocalIterator()  # type: ignore[no-any-return]  # rows are tuples

    def _frame(self, text: str, values: Mapping[str, Value]) -> Any:
        return self._session.sql(text, args={name: values[name] for name in sql.parameters(text)})

    def prepare(self, rules: Sequence[AuditRule], values: Mapping[str, Value]) -> None:
        """Nothing to do: this engine reads columns."""

    def judge(self, rule: AuditRule, values: Mapping[str, Value]) -> Iterator[dict[str, Any]]:
        """The rows of a rule's SELECT; a user's own rule only where it is trusted."""
        if rule.own and not self._trust:
            raise Refused(f"rule '{rule.id}' is not run: Spark cannot hold it to reading",
                          hint="trust the rule, or judge it with another engine", topic=("trust-rules",))  # fmt: skip
        names = self._frame(rule.sql, values).columns
        for row in self._frame(sql.ordered(rule.sql, names), values).toLocalIterator():
            found = dict(zip(names, row, strict=True))
            yield portable(found) if rule.own else found


@contextmanager
def opened(folder: Path, *, trust: bool) -> Iterator[SparkSource]:
    """An export in a local Spark, or in the one that SPARK_REMOTE or spark-submit names."""
    head = parquet_views.read_facts(folder)
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise PartMissing("Spark is not installed", hint="pip install 'occ-media[spark]'; it needs Java 17") from None
    builder = SparkSession.builder.appName("occ-media audit")
    if not any(os.environ.get(name) for name in _SAID_ELSEWHERE):
        builder = builder.config("spark.sql.shuffle.partitions", str(LOCAL_PARTITIONS))
    builder = builder.config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC")
    session = builder.config("spark.log.level", "ERROR").getOrCreate()
    try:
        for view in parquet_views.VIEWS:
            session.read.parquet(str(folder.resolve() / f"{view}.parquet")).createOrReplaceTempView(view)
        for view, text in parquet_views.FOLLOWING.items():
            session.sql(text).createOrReplaceTempView(view)
        yield SparkSource(session, head, trust=trust)
    finally:
        session.stop()
