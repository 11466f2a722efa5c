"""Sources, feeds, entries and polls, as of version 0.1.0."""

import datetime
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("feeds", "0002_floods"),
        ("feeds", "0003_aggregators"),
        ("feeds", "0004_neighbour_waits"),
        ("feeds", "0005_own_faults_and_activity"),
        ("feeds", "0006_matches_are_work"),
        ("feeds", "0007_canonical_addresses"),
        ("feeds", "0008_plain_names"),
        ("feeds", "0009_entry_versions"),
        ("feeds", "0010_causes"),
        ("feeds", "0011_feed_changes"),
        ("feeds", "0012_articles"),
        ("feeds", "0013_links_without_logins"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Activity",
            fields=[
                ("succeeded_at", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=500)),
                ("set_aside", models.PositiveIntegerField(default=0)),
                ("set_aside_at", models.DateTimeField(null=True)),
                (
                    "work_type",
                    models.CharField(
                        choices=[
                            ("polls", "Polls"),
                            ("parsing", "Parsing"),
                            ("entries", "Entries"),
                            ("matches", "Matches"),
                            ("mails", "Mails"),
                            ("hooks", "Hooks"),
                            ("bounces", "Bounces"),
                            ("translations", "Translations"),
                            ("archiving", "Archiving"),
                        ],
                        db_column="kind",
                        max_length=20,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "activities",
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("host", models.CharField(max_length=253, unique=True)),
                ("name", models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(max_length=2000, unique=True)),
                ("domain", models.CharField(max_length=253)),
                ("title", models.CharField(max_length=500)),
                ("group", models.CharField(blank=True, max_length=100)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("is_active", models.BooleanField(default=True)),
                ("etag", models.CharField(blank=True, max_length=500)),
                ("last_modified", models.CharField(blank=True, max_length=100)),
                ("body_hash", models.CharField(blank=True, max_length=64)),
                ("marks", models.BinaryField(default=bytes)),
                ("moved_to", models.CharField(blank=True, max_length=2000)),
                ("moved_since", models.DateTimeField(null=True)),
                ("former_url", models.CharField(blank=True, max_length=2000)),
                ("interval", models.DurationField(default=datetime.timedelta(seconds=900))),
                ("ttl", models.DurationField(default=datetime.timedelta)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "not polled yet"),
                            ("working", "working"),
                            ("unchanged", "unchanged"),
                            ("failing", "failing"),
                            ("refused", "refused us"),
                            ("not_allowed", "address not allowed"),
                            ("not_a_feed", "not a feed"),
                            ("no_entries", "no entries yet"),
                            ("empty", "empty"),
                            ("gone", "gone"),
                            ("costly", "too costly to read"),
                            ("quarantined", "quarantined"),
                            ("own_fault", "our fault"),
                        ],
                        default="new",
                        max_length=20,
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=500)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_poll_at", models.DateTimeField()),
                ("claim", models.UUIDField(null=True)),
                ("polled_at", models.DateTimeField(null=True)),
                ("succeeded_at", models.DateTimeField(null=True)),
                ("new_entry_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("day", models.DateField(null=True)),
                ("day_entries", models.PositiveIntegerField(db_default=0, default=0)),
                ("flooded_at", models.DateTimeField(null=True)),
                ("is_aggregator", models.BooleanField(db_default=False, default=False)),
                ("waited_for_neighbour_at", models.DateTimeField(null=True)),
                ("fault", models.CharField(blank=True, db_default="", default="", max_length=500)),
                ("faults", models.PositiveIntegerField(db_default=0, default=0)),
                ("body_at", models.DateTimeField(null=True)),
                ("cause", models.CharField(blank=True, db_default="", default="", max_length=30)),
                ("country", models.CharField(blank=True, db_default="", default="", max_length=2)),
                ("paused_at", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="feeds.feed",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feeds",
                        to="feeds.source",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReadDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True)),
                ("tried", models.PositiveIntegerField()),
                ("read", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("read__lte", models.F("tried"))), name="read_were_tried"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("content_hash", models.CharField(max_length=64)),
                ("guid", models.CharField(blank=True, max_length=2000)),
                ("link", models.CharField(blank=True, max_length=2000)),
                ("link_hash", models.CharField(blank=True, max_length=16)),
                ("title", models.CharField(blank=True, max_length=500)),
                ("summary", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
                ("author", models.CharField(blank=True, max_length=200)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("published_at", models.DateTimeField(null=True)),
                ("published_raw", models.CharField(blank=True, max_length=100)),
                ("first_seen_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("is_news", models.BooleanField(default=True)),
                ("is_held", models.BooleanField(default=False)),
                ("process_at", models.DateTimeField(null=True)),
                ("claim", models.UUIDField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("error", models.CharField(blank=True, db_default="", default="", max_length=300)),
                ("is_evidence", models.BooleanField(db_default=False, default=False)),
                (
                    "feed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="feeds.feed",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="feeds.source",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TranslatedTitle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("next_try_at", models.DateTimeField(null=True)),
                ("claim", models.UUIDField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("error", models.CharField(blank=True, db_default="", default="", max_length=300)),
                ("answered_at", models.DateTimeField(null=True)),
                ("language", models.CharField(max_length=10)),
                ("title", models.CharField(max_length=500)),
                ("text", models.CharField(blank=True, max_length=500)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translated_titles",
                        to="feeds.entry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ArchivedCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("next_try_at", models.DateTimeField(null=True)),
                ("claim", models.UUIDField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("error", models.CharField(blank=True, db_default="", default="", max_length=300)),
                ("answered_at", models.DateTimeField(null=True)),
                ("url", models.CharField(blank=True, max_length=2000)),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="archived_copy",
                        to="feeds.entry",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "archived copies",
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_try_at__isnull", False)),
                        fields=["next_try_at"],
                        name="archiving_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EntryVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("content_hash", models.CharField(max_length=64)),
                ("title", models.CharField(blank=True, max_length=500)),
                ("summary", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="feeds.entry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("entry", "content_hash"), name="entry_version_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(blank=True, max_length=150)),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("added", "added"),
                            ("renamed", "renamed"),
                            ("moved", "address corrected"),
                            ("grouped", "category set"),
                            ("language", "language set"),
                            ("country", "country set"),
                            ("aggregator", "aggregator set"),
                            ("paused", "paused"),
                            ("resumed", "resumed"),
                            ("removed", "removed"),
                            ("restored", "restored"),
                            ("merged", "merged into another feed"),
                            ("absorbed", "another feed merged into this"),
                        ],
                        max_length=20,
                    ),
                ),
                ("before", models.CharField(blank=True, max_length=2000)),
                ("after", models.CharField(blank=True, max_length=2000)),
                (
                    "feed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="feeds.feed",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["feed", "-at"], name="feed_changes")],
            },
        ),
        migrations.CreateModel(
            name="FeedWeek",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("week", models.DateField()),
                ("stored", models.PositiveIntegerField(default=0)),
                ("news", models.PositiveIntegerField(default=0)),
                (
                    "feed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="weeks",
                        to="feeds.feed",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["week"], name="feed_week")],
                "constraints": [
                    models.UniqueConstraint(fields=("feed", "week"), name="feed_week_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Poll",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "not polled yet"),
                            ("working", "working"),
                            ("unchanged", "unchanged"),
                            ("failing", "failing"),
                            ("refused", "refused us"),
                            ("not_allowed", "address not allowed"),
                            ("not_a_feed", "not a feed"),
                            ("no_entries", "no entries yet"),
                            ("empty", "empty"),
                            ("gone", "gone"),
                            ("costly", "too costly to read"),
                            ("quarantined", "quarantined"),
                            ("own_fault", "our fault"),
                        ],
                        max_length=20,
                    ),
                ),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("bytes", models.PositiveIntegerField(default=0)),
                ("entries", models.PositiveIntegerField(default=0)),
                ("skipped", models.PositiveIntegerField(default=0)),
                ("new", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=500)),
                ("seconds", models.FloatField(default=0)),
                ("unmailed", models.PositiveIntegerField(db_column="held", default=0)),
                ("cause", models.CharField(blank=True, db_default="", default="", max_length=30)),
                ("repeated", models.PositiveIntegerField(db_default=0, default=0)),
                ("over_budget", models.PositiveIntegerField(db_default=0, default=0)),
                (
                    "feed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="polls",
                        to="feeds.feed",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["feed", "-at"], name="poll_log"),
                    models.Index(fields=["at"], name="poll_age"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="feed",
            index=models.Index(fields=["is_active", "next_poll_at"], name="feed_due"),
        ),
        migrations.AddIndex(
            model_name="feed",
            index=models.Index(fields=["domain"], name="feed_domain"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("process_at__isnull", False)),
                fields=["process_at"],
                name="entry_due",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["link_hash"], name="entry_link"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("is_held", True)), fields=["feed"], name="entry_held"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["feed", "-first_seen_at"], name="entry_by_feed"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(fields=("feed", "key"), name="entry_once_a_feed"),
        ),
        migrations.AddIndex(
            model_name="translatedtitle",
            index=models.Index(
                condition=models.Q(("next_try_at__isnull", False)),
                fields=["next_try_at"],
                name="translation_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="translatedtitle",
            constraint=models.UniqueConstraint(
                fields=("entry", "language"), name="translated_title_once"
            ),
        ),
    ]
