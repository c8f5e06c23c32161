# A decision claims its token by a plain store: it may wipe the token of a newer enqueue.
/insert_decided(struct/,/^}/ s/__sync_val_compare_and_swap(&tctx->token, token, 0) != token/((tctx->token = 0), false)/
