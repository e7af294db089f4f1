"""Events of alerts on their way: the outbox of a workspace, e-mail and webhooks. Floor 4."""
