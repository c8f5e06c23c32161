# A rescue forgets to count for the books.
/rescue_task(struct/,/^}/ s/count(nr_kernel);//
