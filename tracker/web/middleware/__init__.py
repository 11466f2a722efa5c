"""What happens to every request: intake, language, proxies, a database that does not answer."""
