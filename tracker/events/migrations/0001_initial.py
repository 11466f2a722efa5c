"""The record, its full text, and what is learned, as of version 0.1.0."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from tracker.events.migrations import _past_rows_sql, _text_sql


def make_text(apps, schema_editor):
    """The full text over what is searched of an event, by the database's own means."""
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in _text_sql.SQLITE if is_sqlite else _text_sql.POSTGRESQL:
        schema_editor.execute(statement)


def drop_text(apps, schema_editor):
    for statement in _text_sql.DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def make_triggers(apps, schema_editor):
    """The triggers that keep what rows held before a change."""
    for statement in _past_rows_sql.create(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def drop_triggers(apps, schema_editor):
    for statement in _past_rows_sql.drop(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    replaces = [
        ("events", "0002_text"),
        ("events", "0003_unsure_events_and_numbers"),
        ("events", "0004_review_lanes"),
        ("events", "0005_search_text"),
        ("events", "0006_entity_names"),
        ("events", "0007_event_versions"),
        ("events", "0008_plain_words"),
        ("events", "0009_reason_codes"),
        ("events", "0010_codes_for_prose"),
        ("events", "0011_headline_distinction"),
        ("events", "0012_origin_and_checks"),
        ("events", "0013_in_force"),
        ("events", "0014_desk"),
        ("events", "0015_link_score"),
        ("events", "0016_law_appeal_territory"),
        ("events", "0017_versions_with_authority"),
        ("events", "0018_articles"),
        ("events", "0019_exact_past"),
    ]

    initial = True

    dependencies = [
        ("feeds", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LearnedWeights",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=50, unique=True)),
                ("data", models.CharField(max_length=12)),
                ("weights", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("promoted_at", models.DateTimeField(null=True)),
                ("retired_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("rolled_back_at", models.DateTimeField(null=True)),
                (
                    "worse",
                    models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
                ),
            ],
            options={
                "verbose_name_plural": "learned",
                "db_table": "events_learned",
            },
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("target", models.PositiveIntegerField(default=0)),
                ("done_id", models.BigIntegerField(default=0)),
                ("last_id", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("edit", "edited"),
                            ("accept", "accepted"),
                            ("refuse", "refused"),
                            ("back", "brought back"),
                            ("merge", "merged"),
                            ("split", "split"),
                            ("link", "linked"),
                            ("confirm", "confirmed a fact"),
                            ("dispute", "disputed a fact"),
                            ("undo", "undone"),
                            ("add", "added a report"),
                            ("withdraw", "took out a report"),
                            ("role", "changed a role"),
                            ("record", "recorded"),
                        ],
                        max_length=10,
                    ),
                ),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "reasons",
                    models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="events.change",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("kinds", "kinds"),
                            ("platforms", "platforms"),
                            ("targets", "targets"),
                            ("occurred", "day of the act"),
                            ("event", "event that it reports"),
                        ],
                        max_length=10,
                    ),
                ),
                ("value", models.JSONField()),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("program_value", models.JSONField(db_column="told", null=True)),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="events.change",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="feeds.entry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Entity",
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
                            ("platform", "platform"),
                            ("target", "target"),
                            ("country", "country"),
                        ],
                        max_length=10,
                    ),
                ),
                ("slug", models.CharField(max_length=200)),
                ("name", models.CharField(max_length=200)),
                ("description", models.CharField(blank=True, max_length=50)),
                ("is_reported", models.BooleanField(db_default=False, default=False)),
                (
                    "merged_into",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="events.entity",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "entities",
            },
        ),
        migrations.CreateModel(
            name="EntityAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("by", models.CharField(blank=True, max_length=150)),
                (
                    "entity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="events.entity",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "aliases",
                "db_table": "events_alias",
            },
        ),
        migrations.CreateModel(
            name="EntryClassification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=50)),
                ("language", models.CharField(max_length=10)),
                ("kinds", models.JSONField(default=list)),
                ("platforms", models.JSONField(default=list)),
                ("targets", models.JSONField(default=list)),
                ("countries", models.JSONField(default=list)),
                ("grounds", models.JSONField(default=list)),
                ("extent", models.CharField(blank=True, max_length=10)),
                ("details", models.JSONField(default=list)),
                (
                    "occurred",
                    models.CharField(
                        blank=True,
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(\\d{4}-\\d{2}(-\\d{2})?)?$", "YYYY-MM-DD, YYYY-MM or nothing"
                            )
                        ],
                    ),
                ),
                ("occurred_source", models.CharField(blank=True, max_length=10)),
                ("coverage", models.CharField(blank=True, max_length=10)),
                ("confidence", models.FloatField()),
                ("evidence", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("affected", models.BigIntegerField(db_default=0, default=0)),
                ("affected_what", models.CharField(blank=True, db_default="", max_length=20)),
                ("amount", models.BigIntegerField(db_default=0, default=0)),
                ("authority", models.CharField(blank=True, db_default="", max_length=200)),
                ("authority_type", models.CharField(blank=True, db_default="", max_length=20)),
                ("currency", models.CharField(blank=True, db_default="", max_length=3)),
                (
                    "effective_on",
                    models.CharField(
                        blank=True,
                        db_default="",
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(\\d{4}-\\d{2}(-\\d{2})?)?$", "YYYY-MM-DD, YYYY-MM or nothing"
                            )
                        ],
                    ),
                ),
                ("kind_confidence", models.FloatField(db_default=0, default=0)),
                (
                    "readers",
                    models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
                ),
                ("scope", models.CharField(blank=True, db_default="", max_length=20)),
                ("shown", models.BooleanField(db_default=False, default=False)),
                (
                    "unlisted",
                    models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
                ),
                ("appeal", models.CharField(blank=True, db_default="", max_length=10)),
                ("degree", models.CharField(blank=True, db_default="", max_length=10)),
                ("law", models.CharField(blank=True, db_default="", max_length=40)),
                ("law_article", models.CharField(blank=True, db_default="", max_length=20)),
                ("ordered_by", models.CharField(blank=True, db_default="", max_length=200)),
                ("ordered_by_type", models.CharField(blank=True, db_default="", max_length=20)),
                ("region", models.CharField(blank=True, db_default="", max_length=60)),
                ("territory", models.CharField(blank=True, db_default="", max_length=10)),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="classification",
                        to="feeds.entry",
                    ),
                ),
            ],
            options={
                "db_table": "events_classification",
            },
        ),
        migrations.CreateModel(
            name="Event",
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
                            ("ad_ban", "Ad ban"),
                            ("account_suspension", "Account suspension"),
                            ("content_removal", "Content removal"),
                            ("reach_restriction", "Reach restriction"),
                            ("demonetization", "Demonetization"),
                            ("service_denial", "Service denial"),
                            ("reinstatement", "Reinstatement"),
                            ("policy_change", "Policy change"),
                            ("platform_block", "Platform block"),
                            ("legal_action", "Legal action"),
                        ],
                        max_length=20,
                    ),
                ),
                ("other_kinds", models.JSONField(default=list)),
                ("headline", models.CharField(max_length=300)),
                ("grounds", models.CharField(blank=True, max_length=50)),
                ("extent", models.CharField(blank=True, max_length=10)),
                (
                    "occurred",
                    models.CharField(
                        blank=True,
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(\\d{4}-\\d{2}(-\\d{2})?)?$", "YYYY-MM-DD, YYYY-MM or nothing"
                            )
                        ],
                    ),
                ),
                ("occurred_source", models.CharField(blank=True, max_length=10)),
                ("recorded_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("unsure", "Unsure"),
                            ("machine", "Machine"),
                            ("reviewed", "Reviewed"),
                            ("refused", "Refused"),
                        ],
                        default="machine",
                        max_length=10,
                    ),
                ),
                ("confidence", models.FloatField(null=True)),
                ("ref", models.CharField(max_length=200, null=True, unique=True)),
                ("claimed_by", models.CharField(blank=True, max_length=150)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("title_words", models.TextField(blank=True)),
                ("summary_words", models.TextField(blank=True)),
                ("indexed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended", models.CharField(blank=True, max_length=10)),
                ("weight", models.FloatField(default=0)),
                ("affected", models.BigIntegerField(db_default=0, default=0)),
                ("affected_what", models.CharField(blank=True, db_default="", max_length=20)),
                ("amount", models.BigIntegerField(db_default=0, default=0)),
                ("authority", models.CharField(blank=True, db_default="", max_length=200)),
                ("authority_type", models.CharField(blank=True, db_default="", max_length=20)),
                ("currency", models.CharField(blank=True, db_default="", max_length=3)),
                (
                    "effective_on",
                    models.CharField(
                        blank=True,
                        db_default="",
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(\\d{4}-\\d{2}(-\\d{2})?)?$", "YYYY-MM-DD, YYYY-MM or nothing"
                            )
                        ],
                    ),
                ),
                ("kind_confidence", models.FloatField(null=True)),
                (
                    "review_queue",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("new", "New event?"),
                            ("unsure", "Unsure: an act?"),
                            ("kind", "Kind in doubt"),
                            ("target", "Target unknown"),
                            ("", "Nothing"),
                        ],
                        db_column="lane",
                        max_length=10,
                    ),
                ),
                (
                    "own_headline",
                    models.CharField(blank=True, db_default="", default="", max_length=300),
                ),
                (
                    "distinction",
                    models.CharField(blank=True, db_default="", default="", max_length=10),
                ),
                (
                    "checks",
                    models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("history", "From the history"),
                            ("machine", "Read by the program"),
                            ("editor", "Written by an editor"),
                        ],
                        db_default="machine",
                        default="machine",
                        max_length=10,
                    ),
                ),
                (
                    "unknown_from",
                    models.CharField(blank=True, db_default="", default="", max_length=10),
                ),
                (
                    "ended_on",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(\\d{4}-\\d{2}(-\\d{2})?)?$", "YYYY-MM-DD, YYYY-MM or nothing"
                            )
                        ],
                    ),
                ),
                ("appeal", models.CharField(blank=True, db_default="", max_length=10)),
                ("degree", models.CharField(blank=True, db_default="", max_length=10)),
                ("law", models.CharField(blank=True, db_default="", max_length=40)),
                ("law_article", models.CharField(blank=True, db_default="", max_length=20)),
                ("ordered_by", models.CharField(blank=True, db_default="", max_length=200)),
                ("ordered_by_type", models.CharField(blank=True, db_default="", max_length=20)),
                ("region", models.CharField(blank=True, db_default="", max_length=60)),
                ("territory", models.CharField(blank=True, db_default="", max_length=10)),
                (
                    "merged_into",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="events.event",
                    ),
                ),
                (
                    "split_from",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="split_off",
                        to="events.event",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EventEntity",
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
                            ("ad_ban", "Ad ban"),
                            ("account_suspension", "Account suspension"),
                            ("content_removal", "Content removal"),
                            ("reach_restriction", "Reach restriction"),
                            ("demonetization", "Demonetization"),
                            ("service_denial", "Service denial"),
                            ("reinstatement", "Reinstatement"),
                            ("policy_change", "Policy change"),
                            ("platform_block", "Platform block"),
                            ("legal_action", "Legal action"),
                        ],
                        max_length=20,
                    ),
                ),
                ("around", models.CharField(max_length=10)),
                (
                    "entity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parties",
                        to="events.entity",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parties",
                        to="events.event",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "parties",
                "db_table": "events_party",
            },
        ),
        migrations.AddField(
            model_name="event",
            name="entities",
            field=models.ManyToManyField(
                related_name="events", through="events.EventEntity", to="events.entity"
            ),
        ),
        migrations.CreateModel(
            name="EventVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("is_visible", models.BooleanField()),
                ("state", models.CharField(max_length=10)),
                ("occurred", models.CharField(blank=True, max_length=10)),
                ("extent", models.CharField(blank=True, max_length=10)),
                ("terms", models.TextField()),
                ("words", models.TextField()),
                ("undone_by", models.TextField(blank=True)),
                ("confirmed_for", models.PositiveIntegerField(db_default=0, default=0)),
                ("extended_by", models.TextField(blank=True, db_default="", default="")),
                (
                    "stated_end",
                    models.CharField(blank=True, db_default="", default="", max_length=10),
                ),
                (
                    "unknown_from",
                    models.CharField(blank=True, db_default="", default="", max_length=10),
                ),
                ("titles", models.PositiveIntegerField(db_default=0, default=0)),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="events.event",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Link",
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
                            ("undoes", "undoes"),
                            ("extends", "extends"),
                            ("follows", "follows"),
                            ("tested_by", "tested in court by"),
                            ("same", "may be the same act as"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("confirmed", "confirmed"),
                            ("rejected", "rejected"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("reasons", models.JSONField(default=list)),
                ("score", models.FloatField(null=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="events.event",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="linked_from",
                        to="events.event",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PastRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=20)),
                ("row", models.BigIntegerField()),
                ("until", models.DateTimeField()),
                ("was", models.JSONField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["table", "row", "until"], name="past_row"),
                    models.Index(fields=["table", "until"], name="past_since"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(blank=True, max_length=2000)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("report", "report"),
                            ("reaction", "reaction"),
                            ("analysis", "analysis"),
                        ],
                        default="report",
                        max_length=10,
                    ),
                ),
                ("score", models.FloatField(null=True)),
                ("reasons", models.JSONField(default=list)),
                ("added_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="feeds.entry",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="events.event",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportDispute",
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
                            ("open", "waiting for an editor"),
                            ("returned", "put back"),
                            ("left_out", "left out"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("by", models.CharField(blank=True, max_length=150)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "change",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="events.change"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="events.event",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="disputes",
                        to="events.report",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("voter", models.CharField(max_length=64)),
                ("network", models.CharField(max_length=64)),
                ("origin", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "dispute",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="events.reportdispute",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="events.report",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReviewNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("text", models.CharField(blank=True, max_length=500)),
                ("assigned_to", models.CharField(blank=True, max_length=150, null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="events.event",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("field", models.CharField(max_length=50)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("by", models.CharField(max_length=150)),
                (
                    "reasons",
                    models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
                ),
                ("entities", models.JSONField(null=True)),
                (
                    "change",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="events.change",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="events.event",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SecondAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("words", models.CharField(max_length=500)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ad_ban", "Ad ban"),
                            ("account_suspension", "Account suspension"),
                            ("content_removal", "Content removal"),
                            ("reach_restriction", "Reach restriction"),
                            ("demonetization", "Demonetization"),
                            ("service_denial", "Service denial"),
                            ("reinstatement", "Reinstatement"),
                            ("policy_change", "Policy change"),
                            ("platform_block", "Platform block"),
                            ("legal_action", "Legal action"),
                        ],
                        max_length=20,
                    ),
                ),
                ("platforms", models.JSONField(default=list)),
                ("targets", models.JSONField(default=list)),
                ("countries", models.JSONField(default=list)),
                (
                    "occurred",
                    models.CharField(
                        blank=True,
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(\\d{4}-\\d{2}(-\\d{2})?)?$", "YYYY-MM-DD, YYYY-MM or nothing"
                            )
                        ],
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waiting for an editor"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("by", models.CharField(blank=True, max_length=150)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="second_acts",
                        to="feeds.entry",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="second_acts",
                        to="events.event",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposed_articles",
                        to="events.event",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SecondOpinion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content_hash", models.CharField(max_length=64)),
                ("model", models.CharField(max_length=100)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("answered", "answered"),
                            ("refused", "refused"),
                            ("failed", "failed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("kinds", models.JSONField(default=list)),
                ("quote", models.CharField(blank=True, max_length=500)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("cost", models.FloatField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opinions",
                        to="feeds.entry",
                    ),
                ),
            ],
            options={
                "db_table": "events_opinion",
            },
        ),
        migrations.CreateModel(
            name="SubmittedLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(max_length=2000)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                ("origin", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waiting for an editor"),
                            ("added", "added"),
                            ("declined", "declined"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("by", models.CharField(blank=True, max_length=150)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="submitted",
                        to="feeds.entry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("kind", "The kind of act"),
                            ("party", "Platform, target or country"),
                            ("occurred", "The day"),
                            ("report", "An article about a different act"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(max_length=500)),
                ("url", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                ("origin", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waiting for an editor"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=500)),
                ("by", models.CharField(blank=True, max_length=150)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suggestions",
                        to="events.event",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["by", "-at"], name="change_latest"),
        ),
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(fields=["entry", "field", "-at"], name="correction_latest"),
        ),
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(fields=["field", "at"], name="correction_agreement"),
        ),
        migrations.AddIndex(
            model_name="entity",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="entity_merged",
            ),
        ),
        migrations.AddConstraint(
            model_name="entity",
            constraint=models.UniqueConstraint(fields=("type", "slug"), name="entity_once"),
        ),
        migrations.AddConstraint(
            model_name="entityalias",
            constraint=models.UniqueConstraint(
                fields=("entity", "name", "language"), name="alias_once"
            ),
        ),
        migrations.AddIndex(
            model_name="entryclassification",
            index=models.Index(fields=["version"], name="classified_by"),
        ),
        migrations.AddIndex(
            model_name="evententity",
            index=models.Index(fields=["entity", "event"], name="party_events"),
        ),
        migrations.AddIndex(
            model_name="evententity",
            index=models.Index(fields=["entity", "around"], name="party_days"),
        ),
        migrations.AddIndex(
            model_name="evententity",
            index=models.Index(fields=["entity", "kind", "around"], name="party_kind_days"),
        ),
        migrations.AddConstraint(
            model_name="evententity",
            constraint=models.UniqueConstraint(fields=("event", "entity"), name="party_once"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["-occurred", "-id"], name="event_timeline"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["kind", "-occurred", "-id"], name="event_kind_timeline"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["recorded_at"], name="event_recorded"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="event_merged_into",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("split_from__isnull", False)),
                fields=["split_from"],
                name="event_split_from",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["changed_at"], name="event_changed"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["indexed_at", "id"], name="event_indexed"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("review_queue", ""), _negated=True),
                fields=["review_queue", "-weight"],
                name="event_lane",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("occurred", ""),
                    ("occurred__startswith", "19"),
                    ("occurred__startswith", "20"),
                    _connector="OR",
                ),
                name="event_occurred_is_a_date",
            ),
        ),
        migrations.AddIndex(
            model_name="eventversion",
            index=models.Index(fields=["since", "until"], name="version_since"),
        ),
        migrations.AddIndex(
            model_name="eventversion",
            index=models.Index(fields=["until", "since"], name="version_until"),
        ),
        migrations.AddConstraint(
            model_name="eventversion",
            constraint=models.UniqueConstraint(fields=("event", "until"), name="version_once"),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(
                condition=models.Q(("state", "proposed")), fields=["type", "id"], name="link_asked"
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                fields=("source", "target", "type"), name="link_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", models.F("target")), _negated=True),
                name="link_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                fields=("event", "entry"), name="report_once_an_event"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                condition=models.Q(("url", ""), _negated=True),
                fields=("event", "url"),
                name="page_once_an_event",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("entry__isnull", True), ("url", ""), _connector="XOR"),
                name="report_entry_or_url",
            ),
        ),
        migrations.AddIndex(
            model_name="reportdispute",
            index=models.Index(fields=["state", "at"], name="dispute_queue"),
        ),
        migrations.AddIndex(
            model_name="reportvote",
            index=models.Index(fields=["origin", "at"], name="vote_rate"),
        ),
        migrations.AddConstraint(
            model_name="reportvote",
            constraint=models.UniqueConstraint(fields=("report", "voter"), name="vote_once"),
        ),
        migrations.AddIndex(
            model_name="reviewnote",
            index=models.Index(fields=["event", "-at"], name="note_latest"),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["event", "at"], name="revision_as_of"),
        ),
        migrations.AddIndex(
            model_name="secondact",
            index=models.Index(fields=["state", "at"], name="second_act_queue"),
        ),
        migrations.AddConstraint(
            model_name="secondact",
            constraint=models.UniqueConstraint(
                fields=("entry", "position"), name="second_act_once"
            ),
        ),
        migrations.AddIndex(
            model_name="secondopinion",
            index=models.Index(fields=["at"], name="opinion_spent"),
        ),
        migrations.AddConstraint(
            model_name="secondopinion",
            constraint=models.UniqueConstraint(
                fields=("content_hash", "model"), name="opinion_once"
            ),
        ),
        migrations.AddIndex(
            model_name="submittedlink",
            index=models.Index(fields=["origin", "at"], name="submitted_rate"),
        ),
        migrations.AddIndex(
            model_name="submittedlink",
            index=models.Index(fields=["state", "at"], name="submitted_queue"),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(fields=["origin", "at"], name="suggestion_rate"),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(fields=["state", "at"], name="suggestion_queue"),
        ),
        migrations.RunPython(make_text, drop_text),
        migrations.RunPython(make_triggers, drop_triggers),
    ]
