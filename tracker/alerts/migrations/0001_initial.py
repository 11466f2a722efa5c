"""Subscribers, alerts, hits, mails and collections, as of version 0.1.0."""

import django.db.models.deletion
import django.utils.timezone
import tracker.alerts.migrations._keys
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("alerts", "0002_machines_and_floods"),
        ("alerts", "0003_random_keys_for_links"),
        ("alerts", "0004_mailboxes_and_networks"),
        ("alerts", "0005_hook_tests"),
        ("alerts", "0006_given_up_and_set_aside"),
        ("alerts", "0007_subscriber_names"),
        ("alerts", "0008_match_attempts"),
        ("alerts", "0009_plain_words"),
        ("alerts", "0010_canonical_hooks"),
        ("alerts", "0011_gone_once_a_month"),
        ("alerts", "0012_what_alerts_report"),
        ("alerts", "0013_collections"),
        ("alerts", "0014_mails_to_people"),
        ("alerts", "0015_seems_undone"),
    ]

    initial = True

    dependencies = [
        ("auth", "__first__"),
        ("events", "0001_initial"),
        ("feeds", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("query", models.CharField(blank=True, max_length=2000)),
                (
                    "rate",
                    models.CharField(
                        choices=[
                            ("instant", "at once"),
                            ("daily", "on working days"),
                            ("weekly", "on Mondays"),
                            ("monthly", "on the first of the month"),
                            ("off", "not by mail"),
                        ],
                        default="daily",
                        max_length=10,
                    ),
                ),
                ("zone", models.CharField(default="UTC", max_length=50)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("on_undone", models.BooleanField(default=False)),
                ("on_changed", models.BooleanField(default=False)),
                ("silent_days", models.PositiveIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting for confirmation"),
                            ("active", "active"),
                            ("stopped", "stopped"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("paused_until", models.DateField(null=True)),
                ("created_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("told_from", models.DateTimeField(null=True)),
                ("next_run_at", models.DateTimeField(null=True)),
                ("last_sent_at", models.DateTimeField(null=True)),
                ("hook_url", models.CharField(blank=True, max_length=2000)),
                ("hook_secret", models.CharField(blank=True, max_length=100)),
                ("hook_error", models.CharField(blank=True, max_length=500)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "key",
                    models.UUIDField(
                        db_default=tracker.alerts.migrations._keys.NewKey(),
                        default=uuid.uuid4,
                        editable=False,
                        unique=True,
                    ),
                ),
                ("former_number", models.PositiveBigIntegerField(editable=False, null=True)),
                (
                    "hook_form",
                    models.CharField(
                        choices=[
                            ("standard", "JSON, signed (Standard Webhooks)"),
                            ("slack", "Slack"),
                            ("teams", "Microsoft Teams"),
                            ("matrix", "Matrix (hookshot)"),
                            ("ntfy", "ntfy"),
                        ],
                        db_default="standard",
                        default="standard",
                        max_length=10,
                    ),
                ),
                ("hour", models.PositiveSmallIntegerField(db_default=7, default=7)),
                ("on_ended", models.BooleanField(db_default=False, default=False)),
                ("on_extended", models.BooleanField(db_default=False, default=False)),
                ("on_followed", models.BooleanField(db_default=False, default=False)),
                ("on_reports", models.BooleanField(db_default=False, default=False)),
                ("on_tested", models.BooleanField(db_default=False, default=False)),
                ("publishers", models.PositiveSmallIntegerField(db_default=1, default=1)),
                (
                    "without_sources",
                    models.CharField(blank=True, db_default="", default="", max_length=500),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Machine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("skew", models.DurationField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="MatchingProgress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("matched_until", models.DateTimeField()),
                ("restored_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name_plural": "progress",
                "db_table": "alerts_progress",
            },
        ),
        migrations.CreateModel(
            name="Subscriber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(max_length=254, unique=True)),
                ("language", models.CharField(default="en", max_length=10)),
                ("created_at", models.DateTimeField()),
                ("wants_signs", models.BooleanField(default=True)),
                ("suppressed_at", models.DateTimeField(null=True)),
                (
                    "suppressed_for",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hard", "its server says that there is no such address"),
                            ("soft", "its server refused five mails in 14 days"),
                            ("complaint", "its owner complained"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        db_default=tracker.alerts.migrations._keys.NewKey(),
                        default=uuid.uuid4,
                        editable=False,
                        unique=True,
                    ),
                ),
                ("former_number", models.PositiveBigIntegerField(editable=False, null=True)),
                (
                    "mailbox",
                    models.CharField(
                        db_default="", db_index=True, default="", editable=False, max_length=254
                    ),
                ),
                ("hook_tests", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("hook_tests_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "alerts_reader",
            },
        ),
        migrations.CreateModel(
            name="Collection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("note", models.CharField(blank=True, db_default="", default="", max_length=2000)),
                ("is_public", models.BooleanField(db_default=False, default=False)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "editor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="collections",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="collections",
                        to="alerts.subscriber",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("confirm", "confirmation"),
                            ("manage", "link to manage"),
                            ("digest", "digest"),
                            ("watching", "still watching"),
                            ("owner", "for the owners"),
                            ("hook", "web hook"),
                            ("people", "to people with an account"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "waiting"),
                            ("sent", "sent"),
                            ("refused", "refused"),
                            ("unknown", "outcome unknown"),
                            ("cancelled", "cancelled"),
                            ("failed", "failed"),
                        ],
                        default="due",
                        max_length=10,
                    ),
                ),
                ("message_id", models.CharField(max_length=100, unique=True)),
                ("since", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("next_try_at", models.DateTimeField()),
                ("claim", models.UUIDField(null=True)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=500)),
                (
                    "key",
                    models.UUIDField(
                        db_default=tracker.alerts.migrations._keys.NewKey(),
                        default=uuid.uuid4,
                        editable=False,
                        unique=True,
                    ),
                ),
                (
                    "alert",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="alerts.alert",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
            },
        ),
        migrations.CreateModel(
            name="Hit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("undone", "undone"),
                            ("seems_undone", "seems undone"),
                            ("changed", "corrected"),
                            ("silent", "not undone in time"),
                            ("report", "new report"),
                            ("ended", "stated end passed"),
                            ("extended", "extended"),
                            ("followed", "followed by another act"),
                            ("tested", "tested in court"),
                        ],
                        default="new",
                        max_length=20,
                    ),
                ),
                ("cause", models.PositiveBigIntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("is_held", models.BooleanField(default=False)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hits",
                        to="alerts.alert",
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="hits",
                        to="alerts.delivery",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hits",
                        to="events.event",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="delivery",
            name="hit",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="call",
                to="alerts.hit",
            ),
        ),
        migrations.CreateModel(
            name="MailRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("origin", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "network",
                    models.CharField(
                        blank=True, db_default="", db_index=True, default="", max_length=64
                    ),
                ),
            ],
            options={
                "db_table": "alerts_asking",
                "indexes": [models.Index(fields=["origin", "at"], name="asking_rate")],
            },
        ),
        migrations.CreateModel(
            name="MatchAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("error", models.CharField(blank=True, default="", max_length=300)),
                ("next_try_at", models.DateTimeField(null=True)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="match_attempt",
                        to="events.event",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("gone", "gone (HTTP 410); asked again once a month"),
                            ("failing", "failing for three days"),
                            ("quiet", "quieter than usual"),
                            ("own_fault", "not read because of a fault on our side"),
                            ("flood", "more new entries than are taken in a day"),
                            ("stopped", "no feed could be read for 10 minutes"),
                            ("standing", "part of the tracker has stopped working"),
                            ("set_aside", "set aside because of a fault on our side"),
                            ("clock", "a machine’s clock is more than 30 seconds off"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="notices",
                        to="alerts.delivery",
                    ),
                ),
                (
                    "feed",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="feeds.feed",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MutedEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="muted_by",
                        to="events.event",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        db_column="reader_id",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="muted_events",
                        to="alerts.subscriber",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "muted",
                "db_table": "alerts_muted",
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="subscriber",
            field=models.ForeignKey(
                db_column="reader_id",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="alerts.subscriber",
            ),
        ),
        migrations.CreateModel(
            name="Bounce",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hard", "its server says that there is no such address"),
                            ("soft", "its server refused five mails in 14 days"),
                            ("complaint", "its owner complained"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("diagnostic", models.CharField(blank=True, db_column="told", max_length=500)),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="alerts.delivery",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        db_column="reader_id",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bounces",
                        to="alerts.subscriber",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="alert",
            name="subscriber",
            field=models.ForeignKey(
                db_column="reader_id",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="alerts",
                to="alerts.subscriber",
            ),
        ),
        migrations.CreateModel(
            name="CollectedEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("note", models.CharField(blank=True, db_default="", default="", max_length=2000)),
                ("added_at", models.DateTimeField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="collected",
                        to="events.event",
                    ),
                ),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="alerts.collection",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("collection", "event"), name="collected_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="hit",
            index=models.Index(
                condition=models.Q(("delivery__isnull", True)),
                fields=["alert", "at"],
                name="hit_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="hit",
            index=models.Index(fields=["alert", "-at"], name="hit_latest"),
        ),
        migrations.AddIndex(
            model_name="hit",
            index=models.Index(
                condition=models.Q(("is_held", True)), fields=["is_held"], name="hit_held"
            ),
        ),
        migrations.AddConstraint(
            model_name="hit",
            constraint=models.UniqueConstraint(
                fields=("alert", "event", "reason", "cause"), name="hit_once_a_reason"
            ),
        ),
        migrations.AddIndex(
            model_name="matchattempt",
            index=models.Index(fields=["next_try_at"], name="match_due"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("feed", "reason"),
                name="notice_once_a_spell",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("feed__isnull", True)),
                fields=("reason",),
                name="notice_of_no_feed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="mutedevent",
            constraint=models.UniqueConstraint(fields=("subscriber", "event"), name="muted_once"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "due")), fields=["next_try_at"], name="delivery_waits"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["claimed_at"], name="delivery_pace"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["ended_at"], name="delivery_ended"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["subscriber", "type", "created_at"], name="delivery_of_reader"
            ),
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("subscriber__isnull", True), ("editor__isnull", True), _connector="XOR"
                ),
                name="collection_has_an_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="bounce",
            constraint=models.UniqueConstraint(
                fields=("delivery", "kind"), name="bounce_once_a_mail"
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["state", "next_run_at"], name="alert_due"),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["changed_at"], name="alert_changed"),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("silent_days__isnull", False)),
                fields=["silent_days"],
                name="alert_silent",
            ),
        ),
    ]
