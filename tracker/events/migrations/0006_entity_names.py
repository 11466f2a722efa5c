"""New names of models and fields in the code alone: tables and columns keep theirs."""

from django.db import migrations, models

QUEUES = [
    ("new", "New event?"),
    ("unsure", "Unsure: an act?"),
    ("kind", "Kind in doubt"),
    ("target", "Target unknown"),
    ("", "Nothing"),
]


class Migration(migrations.Migration):
    dependencies = [("events", "0005_search_text")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex("event", "event_lane"),
                migrations.RenameModel("Classification", "EntryClassification"),
                migrations.AlterModelTable("entryclassification", "events_classification"),
                migrations.RenameModel("Alias", "EntityAlias"),
                migrations.AlterModelTable("entityalias", "events_alias"),
                migrations.RenameModel("Party", "EventEntity"),
                migrations.AlterModelTable("evententity", "events_party"),
                migrations.RenameModel("Learned", "LearnedWeights"),
                migrations.AlterModelTable("learnedweights", "events_learned"),
                migrations.RenameModel("Opinion", "SecondOpinion"),
                migrations.AlterModelTable("secondopinion", "events_opinion"),
                migrations.RenameField("event", "lane", "review_queue"),
                migrations.AlterField(
                    "event",
                    "review_queue",
                    models.CharField(blank=True, choices=QUEUES, db_column="lane", max_length=10),
                ),
                migrations.RenameField("correction", "told", "program_value"),
                migrations.AlterField(
                    "correction", "program_value", models.JSONField(db_column="told", null=True)
                ),
                migrations.AddIndex(
                    "event",
                    models.Index(
                        condition=models.Q(("review_queue", ""), _negated=True),
                        fields=["review_queue", "-weight"],
                        name="event_lane",
                    ),
                ),
            ]
        )
    ]
