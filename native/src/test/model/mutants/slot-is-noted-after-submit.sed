# The slot is written when the decision may already have come back.
/queue_task(struct/,/^}/ {
s/^\tnote_inflight(p, token, record->enqueue_ns);$//
s/^\tbpf_ringbuf_submit(record, submit_flags(ctl));$/&\n\tnote_inflight(p, token, bpf_ktime_get_ns());/
}
