"""What happened? Classifications, events and their reports; imports classify and feeds."""
