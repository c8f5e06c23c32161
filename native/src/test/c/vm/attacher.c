// SPDX-License-Identifier: Apache-2.0
/*
 * attacher.c: attaches a scheduler of sched_ext and takes it off again, as often as wanted. What the tasks of the
 * machine notice of that with a scheduler that does nothing is the price of sched_ext itself.
 *
 *	attacher -n COUNT -s STAY_MS OBJECT
 */
#include <string.h>
#include <unistd.h>
#include <bpf/libbpf.h>
#include "instrument.h"

static void fail(const char *what)
{
	fprintf(stderr, "attacher: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void attach_once(const char *path, useconds_t stay_us)
{
	struct bpf_object *object = bpf_object__open(path);
	struct bpf_link *link;

	if (!object)
		fail(path);
	if (bpf_object__load(object))
		fail("can't load it");
	link = bpf_map__attach_struct_ops(bpf_object__next_map(object, NULL));
	if (!link)
		fail("can't attach it");
	usleep(stay_us);
	bpf_link__destroy(link);
	bpf_object__close(object);
}

int main(int argc, char **argv)
{
	useconds_t stay_us = 0;
	long count = 1;
	int option;

	while ((option = getopt(argc, argv, "n:s:")) != -1) {
		if (option == 'n')
			count = number(optarg, 1, 100000);
		else if (option == 's')
			stay_us = number(optarg, 0, 100000) * 1000;
		else
			return 2;
	}
	if (optind != argc - 1) {
		fprintf(stderr, "usage: attacher -n COUNT -s STAY_MS OBJECT\n");
		return 2;
	}
	for (long i = 0; i < count; i++)
		attach_once(argv[optind], stay_us);
	return 0;
}
