# The lease stays lost.
/watch_lease(struct/,/^}/ s/__sync_lock_test_and_set(&ctl->lease_lost_at_ns, 0);//
