# The record is visible before the task has its token: a quick decision is lost.
/queue_task(struct/,/^}/ {
/^\tif (__sync_lock_test_and_set(&tctx->token, token))$/,/count(nr_lost);/d
s/^\tbpf_ringbuf_submit(record, submit_flags(ctl));$/&\n\t__sync_lock_test_and_set(\&tctx->token, token);/
}
