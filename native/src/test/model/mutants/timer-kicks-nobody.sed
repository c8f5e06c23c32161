# The timer does not look at the shared queues, nor at what is published.
/heartbeat(void/,/^}/ {
s/has_queued()/false/
s/overdue || has_published(ctl)/overdue/
}
