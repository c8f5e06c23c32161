# A decision exchanges the token with 0 whatever it is, and looks later.
/insert_decided(struct/,/^}/ s/__sync_val_compare_and_swap(&tctx->token, token, 0)/__sync_lock_test_and_set(\&tctx->token, 0)/
