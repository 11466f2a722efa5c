from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0014_desk"),
    ]

    operations = [
        migrations.AddField(
            model_name="link",
            name="score",
            field=models.FloatField(null=True),
        ),
    ]
