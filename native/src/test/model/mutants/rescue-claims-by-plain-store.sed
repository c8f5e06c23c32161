# A rescue claims by a plain store.
/rescue_task(struct/,/^}/ s/__sync_val_compare_and_swap(&tctx->token, token, 0) == token/((tctx->token = 0), true)/
