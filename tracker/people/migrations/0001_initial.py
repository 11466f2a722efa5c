"""Invitations, requests for a new password, and the audit log, as of version 0.1.0."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("people", "0002_passkeys_identities_settings")]

    initial = True

    dependencies = [
        ("alerts", "0001_initial"),
        ("auth", "__first__"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SiteSetting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=20, unique=True)),
                ("value", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="AuditLine",
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
                            ("signed_in", "signed in"),
                            ("sign_in_failed", "wrong password"),
                            ("sign_in_waits", "sign-in refused after too many attempts"),
                            ("code_failed", "wrong code of the second step"),
                            ("signed_out", "signed out"),
                            ("factor_on", "two-step sign-in turned on"),
                            ("factor_off", "two-step sign-in turned off"),
                            ("factor_reset", "two-step sign-in reset"),
                            ("passkey_added", "passkey added"),
                            ("passkey_renamed", "passkey renamed"),
                            ("passkey_removed", "passkey removed"),
                            ("passkey_failed", "wrong passkey"),
                            ("linked", "account linked to the sign-in provider"),
                            ("provider_refused", "sign-in through the provider refused"),
                            ("password_asked", "password reset requested"),
                            ("password_set", "new password set"),
                            ("address_set", "email address set"),
                            ("sessions_ended", "sessions ended"),
                            ("invited", "invited"),
                            ("withdrawn", "invitation withdrawn"),
                            ("joined", "joined"),
                            ("person_added", "account added"),
                            ("role", "role changed"),
                            ("disabled", "account disabled"),
                            ("enabled", "account enabled"),
                            ("setting", "setting changed"),
                            ("article_language", "article’s language set"),
                            ("learning_asked", "learning requested"),
                            ("model_changed", "classifier changed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=254)),
                ("before", models.CharField(blank=True, max_length=200)),
                ("after", models.CharField(blank=True, max_length=200)),
                ("network", models.CharField(blank=True, max_length=45)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-at"], name="audit_newest"),
                    models.Index(fields=["verb", "-at"], name="audit_by_verb"),
                    models.Index(fields=["by", "-at"], name="audit_by_person"),
                    models.Index(fields=["about", "-at"], name="audit_about"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Passkey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="The human-readable name of this device.", max_length=64
                    ),
                ),
                (
                    "confirmed",
                    models.BooleanField(default=True, help_text="Is this device ready for use?"),
                ),
                ("credential_id", models.CharField(max_length=1364, unique=True)),
                ("public_key", models.BinaryField()),
                ("sign_count", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        help_text="The user that this device belongs to.",
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PasswordRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                (
                    "delivery",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="password_request",
                        to="alerts.delivery",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="password_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("issuer", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=255)),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identities",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "identities",
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "subject"), name="identity_once"),
                    models.UniqueConstraint(fields=("user", "issuer"), name="identity_of_person"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("address", models.CharField(max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[("reader", "reader"), ("editor", "editor"), ("owner", "owner")],
                        max_length=10,
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                ("by", models.CharField(blank=True, max_length=150)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "delivery",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="invitation",
                        to="alerts.delivery",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["address"], name="invitation_by_address")],
            },
        ),
    ]
