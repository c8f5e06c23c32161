# A rescue does not mark the slot.
/rescue_task(struct/,/^}/ s/^\t\t\tnote_answered(token);//
