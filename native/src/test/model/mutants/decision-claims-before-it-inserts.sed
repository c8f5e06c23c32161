# Claim, then insert: the task may be dequeued and queued anew in between.
/insert_decided(struct/,/^}/ {
s/^\tdsq_insert_vtime(.*$//
s/^\t\tscx_bpf_dispatch_cancel();$//
s/^\tnote_answered(token);$/\tdsq_insert_vtime(p, cpu == SCHED_CPU_ANY ? DSQ_SHARED : cpu, slice_ns, vtime, 0);\n&/
}
