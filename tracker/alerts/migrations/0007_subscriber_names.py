"""New names of models and fields in the code alone: tables and columns keep theirs."""

import django.db.models.deletion
from django.db import migrations, models


def foreign_key(related_name, **values):
    return models.ForeignKey(
        db_column="reader_id",
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to="alerts.subscriber",
        **values,
    )


class Migration(migrations.Migration):
    dependencies = [("alerts", "0006_given_up_and_set_aside")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint("muted", "muted_once"),
                migrations.RemoveIndex("delivery", "delivery_of_reader"),
                migrations.RenameModel("Reader", "Subscriber"),
                migrations.AlterModelTable("subscriber", "alerts_reader"),
                migrations.RenameModel("Muted", "MutedEvent"),
                migrations.AlterModelTable("mutedevent", "alerts_muted"),
                migrations.RenameModel("Asking", "MailRequest"),
                migrations.AlterModelTable("mailrequest", "alerts_asking"),
                migrations.RenameModel("Progress", "MatchingProgress"),
                migrations.AlterModelTable("matchingprogress", "alerts_progress"),
                migrations.RenameField("alert", "reader", "subscriber"),
                migrations.AlterField("alert", "subscriber", foreign_key("alerts")),
                migrations.RenameField("delivery", "reader", "subscriber"),
                migrations.AlterField(
                    "delivery", "subscriber", foreign_key("deliveries", null=True)
                ),
                migrations.RenameField("mutedevent", "reader", "subscriber"),
                migrations.AlterField("mutedevent", "subscriber", foreign_key("muted_events")),
                migrations.RenameField("bounce", "reader", "subscriber"),
                migrations.AlterField("bounce", "subscriber", foreign_key("bounces")),
                migrations.RenameField("bounce", "told", "diagnostic"),
                migrations.AlterField(
                    "bounce",
                    "diagnostic",
                    models.CharField(blank=True, db_column="told", max_length=500),
                ),
                migrations.AddConstraint(
                    "mutedevent",
                    models.UniqueConstraint(fields=("subscriber", "event"), name="muted_once"),
                ),
                migrations.AddIndex(
                    "delivery",
                    models.Index(
                        fields=["subscriber", "type", "created_at"], name="delivery_of_reader"
                    ),
                ),
            ]
        )
    ]
