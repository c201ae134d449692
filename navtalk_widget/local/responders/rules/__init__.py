"""The responder that is always there: rules, simple knowledge, tools."""
