// SPDX-License-Identifier: Apache-2.0
/*
 * attacher.c: attaches a scheduler of sched_ext and takes it off again, as often as wanted. What the tasks of the
 * machine notice of that with a scheduler that does nothing is the price of sched_ext itself. With another object it
 * loads that one, too, each time before it attaches, so that the verifier has as much to do as with a scheduler like it.
 *
 *	attacher -n COUNT -s STAY_MS [-l OTHER_OBJECT] OBJECT
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

static struct bpf_object *load(const char *path)
{
	struct bpf_object *object = bpf_object__open(path);

	if (!object || bpf_object__load(object))
		fail(path);
	return object;
}

static void attach_once(const char *path, const char *other, useconds_t stay_us)
{
	struct bpf_object *beside = other ? load(other) : NULL;
	struct bpf_object *object = load(path);
	struct bpf_link *link = bpf_map__attach_struct_ops(bpf_object__next_map(object, NULL));

	if (!link)
		fail("can't attach it");
	usleep(stay_us);
	bpf_link__destroy(link);
	bpf_object__close(object);
	bpf_object__close(beside);
}

int main(int argc, char **argv)
{
	const char *other = NULL;
	useconds_t stay_us = 0;
	long count = 1;
	int option;

	while ((option = getopt(argc, argv, "n:s:l:")) != -1) {
		if (option == 'n')
			count = number(optarg, 1, 100000);
		else if (option == 's')
			stay_us = number(optarg, 0, 100000) * 1000;
		else if (option == 'l')
			other = optarg;
		else
			return 2;
	}
	if (optind != argc - 1) {
		fprintf(stderr, "usage: attacher -n COUNT -s STAY_MS [-l OTHER_OBJECT] OBJECT\n");
		return 2;
	}
	for (long i = 0; i < count; i++)
		attach_once(argv[optind], other, stay_us);
	return 0;
}
