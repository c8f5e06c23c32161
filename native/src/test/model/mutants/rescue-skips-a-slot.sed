# The cursor of a rescue passes a slot that nobody has looked at.
/rescue_overdue(struct/,/^}/ s/cursor, cursor + 1) == cursor/cursor, cursor + 2) == cursor/
