# A rescue whose claim has failed is not cancelled.
/rescue_task(struct/,/^}/ s/scx_bpf_dispatch_cancel();//
