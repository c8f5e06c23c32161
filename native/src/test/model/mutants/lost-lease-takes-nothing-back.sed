# When the lease is lost, what user space has stays there.
/takes_all(struct/,/^}/ s/return .*;/return false;/
