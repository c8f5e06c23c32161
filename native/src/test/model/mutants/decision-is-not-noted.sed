# A decision does not mark its slot: the cursor and the count of tasks in flight see it for ever.
/insert_decided(struct/,/^}/ s/^\tnote_answered(token);//
