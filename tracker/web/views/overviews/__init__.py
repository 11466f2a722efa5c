"""Views of counts: comparing, crossing and mapping what a query chooses."""
