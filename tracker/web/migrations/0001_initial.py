"""Attempts to sign in, as of version 0.1.0."""

from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("web", "0001_sign_in_attempts")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SignedInFrom",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=64)),
                ("network", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "signed in from",
                "constraints": [
                    models.UniqueConstraint(fields=("name", "network"), name="signed_in_from_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=64)),
                ("sender", models.CharField(max_length=64)),
                ("network", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name", "-at"], name="attempt_by_name"),
                    models.Index(fields=["sender", "-at"], name="attempt_by_sender"),
                    models.Index(fields=["network", "-at"], name="attempt_by_network"),
                    models.Index(fields=["-at"], name="attempt_lately"),
                ],
            },
        ),
    ]
