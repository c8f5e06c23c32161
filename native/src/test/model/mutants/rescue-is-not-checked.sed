# A rescue inserts before it has looked at the token.
/rescue_task(struct/,/^}/ s/tctx && tctx->token == token/tctx/
