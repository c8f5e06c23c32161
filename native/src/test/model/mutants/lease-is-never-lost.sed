# A silent engine is not noticed.
/is_silent(struct/,/^}/ s/return now_ns - watch->moved_ns >= lease_ns;/return false;/
