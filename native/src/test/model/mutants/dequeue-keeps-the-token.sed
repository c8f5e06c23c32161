# A task that leaves (affinity, class) keeps its token.
/OPS(dequeue/,/^}/ s/end_token(tctx);/tctx->cpu_idle = false;/
