# A task that leaves ends its token by load and store: a decision may have claimed it in between.
/end_token(struct/,/^}/ s/token = __sync_lock_test_and_set(&tctx->token, 0);/tctx->token = 0;/
