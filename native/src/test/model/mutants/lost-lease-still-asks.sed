# Enqueues do not look at the lease.
/enqueue_asking(struct/,/^}/ s/lost = is_lease_lost(ctl)/lost = false/
