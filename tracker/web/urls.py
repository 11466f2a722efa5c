"""List every address of the site."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from tracker.operations.checks import has_hook_secret
from tracker.web.middleware import language
from tracker.web.views import (
    about,
    charts,
    data,
    entities,
    event,
    exports,
    health,
    knowledge,
    sources,
    syndication,
    timeline,
)
from tracker.web.views.api import routes
from tracker.web.views.discovery import search, sitemap
from tracker.web.views.editors import (
    articles,
    deliveries,
    desk,
    edit,
    learning,
    merge,
    new_source,
    review,
)
from tracker.web.views.editors import sources as editor_sources
from tracker.web.views.overviews import compare, pivot, world
from tracker.web.views.people import (
    account,
    joining,
    owners,
    passkeys,
    provider,
    setup,
    sign_in,
)
from tracker.web.views.readers import alerts, collections, manage, suggest, vote

urlpatterns = [
    path("", timeline.timeline, name="timeline"),
    path("help/search", search.show_help, name="search_help"),
    path("search/suggestions", search.suggestions, name="search_suggestions"),
    path("values/<str:field>", search.values, name="values"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemap.part, name="sitemap_part"),
    path("language/<str:code>", language.choose, name="language"),
    path("events.csv", exports.as_csv, name="events_csv"),
    path("reports.csv", exports.reports_as_csv, name="reports_csv"),
    path("events.csv.metadata.json", exports.metadata, name="events_metadata"),
    path("events.zip", exports.as_zip, name="events_zip"),
    path("events.jsonl", exports.as_jsonl, name="events_jsonl"),
    path("events.atom", syndication.as_atom, name="events_atom"),
    path("events.json", syndication.as_json_feed, name="events_json"),
    path("events.ics", syndication.as_calendar, name="events_ics"),
    path("chart.svg", charts.as_svg, name="chart_svg"),
    path("chart.png", charts.as_png, name="chart_png"),
    path("chart.csv", charts.as_csv, name="chart_csv"),
    path("embed", charts.embed, name="embed"),
    path("compare", compare.compare, name="compare"),
    path("compare.csv", compare.as_csv, name="compare_csv"),
    path("pivot", pivot.pivot, name="pivot"),
    path("pivot.csv", pivot.as_csv, name="pivot_csv"),
    path("map", world.world, name="world"),
    path("events/<int:event_id>", event.event, name="event"),
    path("events/<int:event_id>/cite.bib", event.citation, {"form": "bibtex"}, "event_bibtex"),
    path("events/<int:event_id>/cite.json", event.citation, {"form": "csl"}, "event_csl"),
    path("events/<int:event_id>/suggest", suggest.suggestion, name="event_suggest"),
    path("events/<int:event_id>/together", event.together, name="event_together"),
    path("events/<int:event_id>/reports/<int:report_id>/vote", vote.vote, name="report_vote"),
    path("events/<int:event_id>/edit", edit.edit, name="event_edit"),
    path("events/<int:event_id>/refuse", edit.refuse, name="event_refuse"),
    path("events/<int:event_id>/back", edit.bring_event_back, name="event_back"),
    path("events/<int:event_id>/merge", merge.merge, name="event_merge"),
    path("events/<int:event_id>/accept", review.accept, name="event_accept"),
    path("events/<int:event_id>/kind", review.change_kind, name="event_kind"),
    path("events/<int:event_id>/target", review.add_target, name="event_target"),
    path("events/<int:event_id>/check", review.check, name="event_check"),
    path("events/<int:event_id>/link", review.link, name="event_link"),
    path("events/<int:event_id>/split", review.split, name="event_split"),
    path("events/<int:event_id>/withdraw", desk.withdraw, name="event_withdraw"),
    path("events/<int:event_id>/role", desk.change_role, name="event_role"),
    path("events/<int:event_id>/note", desk.add_note, name="event_note"),
    path("events/<int:event_id>/take", desk.take, name="event_take"),
    path("articles/new", articles.new, name="article_new"),
    path("articles/<int:entry_id>", articles.article, name="article"),
    path("articles/<int:entry_id>/language", articles.change_language, name="article_language"),
    path("submit", suggest.submit, name="submit_link"),
    path("submitted/<int:link_id>/decline", articles.decline, name="submitted_decline"),
    path("find", desk.find, name="find"),
    path("entities/<int:entity_id>", entities.entity, name="entity"),
    path("entities/<int:entity_id>/names", entities.add_name, name="entity_name"),
    path("entities/<int:entity_id>/merge", entities.merge, name="entity_merge"),
    path("review", review.show_queue, name="review"),
    path("review/selected", desk.decide_selected, name="review_selected"),
    path("review/agreement", desk.agreement, name="review_agreement"),
    path("review/learning", learning.learning, name="review_learning"),
    path("review/learning/change", learning.change, name="learning_change"),
    path("changes/<int:change_id>/undo", review.undo, name="change_undo"),
    path("suggestions/<int:suggestion_id>", review.answer, name="suggestion_answer"),
    path("disputes/<int:dispute_id>", review.answer_dispute, name="dispute_answer"),
    path("second-acts/<int:act_id>", review.answer_second_act, name="second_act_answer"),
    path("sources", sources.sources, name="sources"),
    path("sources.opml", sources.opml, name="sources_opml"),
    path("sources/change", editor_sources.change, name="sources_change"),
    path("sources/import", editor_sources.import_feeds, name="sources_import"),
    path("sources/new", new_source.new_source, name="new_source"),
    path("sources/<int:feed_id>", sources.source, name="source"),
    path("sources/<int:feed_id>/edit", editor_sources.edit, name="source_edit"),
    path("sources/<int:feed_id>/merge", editor_sources.merge, name="source_merge"),
    path("sources/<int:feed_id>/poll", editor_sources.poll_now, name="poll_now"),
    path("alerts", alerts.about, name="alerts"),
    path("alerts/new", alerts.new, name="alert_new"),
    path("alerts/confirm/<str:token>", alerts.confirm, name="alert_confirm"),
    path("alerts/stop/<str:token>", alerts.stop, name="alert_stop"),
    path("alerts/stop-all/<str:token>", alerts.stop_all, name="alerts_stop"),
    path("alerts/period/<str:token>", alerts.period, name="alert_period"),
    path("alerts/feed/<str:token>", alerts.feed, name="alert_feed"),
    path("alerts/ask", alerts.ask, name="alerts_ask"),
    path("alerts/manage/<str:token>", manage.manage, name="alerts_manage"),
    path("alerts/manage/<str:token>/data.json", manage.data, name="alerts_data"),
    path("alerts/manage/<str:token>/<int:alert_id>", manage.follow, name="alert_follow"),
    path("alerts/manage/<str:token>/erase", manage.erase, name="alerts_erase"),
    path("collections", collections.show_all, name="collections"),
    path("collections/edit/<str:token>", collections.edit, name="collection_edit"),
    path("collections/<str:token>", collections.show, name="collection"),
    path("collections/<str:token>/brief", collections.brief, name="collection_brief"),
    path("collections/<str:token>/brief.docx", collections.as_docx, name="collection_docx"),
    path("collections/<str:token>/events.atom", collections.as_atom, name="collection_atom"),
    path("collections/<str:token>/events.csv", collections.as_csv, name="collection_csv"),
    path("health", health.health, name="health"),
    path("metrics", health.metrics, name="metrics"),
    path("status", health.status, name="status"),
    path("account", account.account, name="account"),
    path("account/address", account.address, name="account_address"),
    path("account/passkeys/new", passkeys.new_passkey, name="passkey_new"),
    path("account/passkeys", passkeys.rename_passkey, name="passkey_rename"),
    path(
        "account/passkeys/<int:passkey_id>/remove", passkeys.remove_passkey, name="passkey_remove"
    ),
    path("account/app/off", account.app_off, name="app_off"),
    path("account/password", account.ChangePassword.as_view(), name="password_change"),
    path("people", owners.people, name="people"),
    path("people/change", owners.change, name="people_change"),
    path("people/invitation", owners.end_invitation, name="invitation_end"),
    path("people/log", owners.log, name="people_log"),
    path("people/log.csv", owners.log_csv, name="people_log_csv"),
    path("setup", setup.explain, name="setup_explained"),
    path("setup/<str:code>", setup.setup, name="setup"),
    path("join/<str:token>", joining.join, name="join"),
    path("password", joining.ask_password, name="password_ask"),
    path("password/<str:uidb64>/<str:token>", joining.SetPassword.as_view(), name="password_set"),
    path("deliveries", deliveries.deliveries, name="deliveries"),
    path("deliveries/preview", deliveries.preview, name="deliveries_preview"),
    path("api/v1/", routes.api.urls),
    path("api", routes.show_docs, name="api_docs"),
    path("about", about.about, name="about"),
    path("accessibility", about.accessibility, name="accessibility"),
    path("knowledge", knowledge.knowledge, name="knowledge"),
    path("data", data.data, name="data"),
    path("data/dictionary.json", data.dictionary, name="data_dictionary"),
    path("data/datacite.json", data.datacite, name="data_datacite"),
    path("data/<str:name>", data.file, name="data_file"),
    path("login", sign_in.SignIn.as_view(), name="login"),
    path("login/code", sign_in.SecondStep.as_view(), name="login_code"),
    path("login/passkey", passkeys.sign_in_with_passkey, name="login_passkey"),
    path("login/provider", provider.start, name="login_provider"),
    path("login/provider/back", provider.come_back, name="login_provider_back"),
    path("logout", LogoutView.as_view(), name="logout"),
]


def provider_hooks(provider: str) -> list[Any]:
    """Return the addresses at which the mail provider reports outcomes; none for other providers,
    whose signatures are not configured, and none without the secret that authenticates the caller.
    """
    if not provider or not has_hook_secret():
        return []
    from anymail.urls import urlpatterns as every  # noqa: PLC0415 - an app only with a provider

    # Only the hook for bounces and complaints: incoming mail is not read here (faults S9, A5).
    own = [one for one in every if str(one.pattern).startswith(f"{provider}/tracking")]
    return [path("anymail/", include(own))]


urlpatterns += provider_hooks(settings.MAIL_PROVIDER)
