# The timer does not look at the queues of single CPUs.
s/^\t\tkick_idle_owners(ctl);//
