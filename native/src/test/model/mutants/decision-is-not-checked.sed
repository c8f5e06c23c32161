# A decision inserts before it has looked at the token.
/drain_one(struct/,/^}/ s/tctx && decision->token && tctx->token == decision->token/tctx/
