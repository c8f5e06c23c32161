# An insert whose claim has failed is not cancelled.
/insert_decided(struct/,/^}/ s/scx_bpf_dispatch_cancel();//
