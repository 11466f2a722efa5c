/* The reader's time zone, where the field still says the default. */
for (const field of document.querySelectorAll("[data-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (field.value === "UTC" && zone) field.value = zone;
}
