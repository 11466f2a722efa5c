/* The reader's time zone, where the field still says the default. */
for (const field of document.querySelectorAll("[data-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const names = Array.from(field.options ?? [], (option) => option.value);
  if (field.value === "UTC" && names.includes(zone)) field.value = zone;
}
