# The timer passes tokens that are in flight and not overdue yet, or still being written.
/follow_inflight(struct/,/^}/ s/state != SLOT_SKIP/state == SLOT_OVERDUE/
