// SPDX-License-Identifier: Apache-2.0
/*
 * The face towards Java: one static function per native method of org.scx4j.jni.NativeMethods,
 * which turns its arguments into C and calls the function that does the work. Nothing here calls
 * back into Java; every function returns >= 0, an address or a handle, or -errno, and throws
 * nothing.
 */
#include "sched_log.h"
#include "sched_object.h"
#include "sched_kernel.h"
#include "sched_system.h"

#include <errno.h>
#include <jni.h>
#include <stdlib.h>

enum {
	/* NativeLibrary.ABI_VERSION: grows with every change of a native method's meaning. */
	SCHED_NATIVE_ABI_VERSION = 1,

	NAME_BYTES = 256,		/* longest name of anything in BTF, with its 0 byte */
	NAME_LIST_BYTES = 4096,
	PATH_BYTES = 4096,
	VALUE_BYTES = 8,		/* a 64-bit result, little endian */
};

/* Copies a Java string into a buffer, as UTF-8 with a 0 byte. */
static int to_c(JNIEnv *env, jstring from, char *to, int size)
{
	jsize bytes;

	if (!from)
		return -EINVAL;
	bytes = (*env)->GetStringUTFLength(env, from);
	if (bytes >= size)
		return -ENAMETOOLONG;
	(*env)->GetStringUTFRegion(env, from, 0, (*env)->GetStringLength(env, from), to);
	to[bytes] = '\0';
	return 0;
}

static int names_to_c(JNIEnv *env, jstring from1, char *to1, jstring from2, char *to2)
{
	int err = to_c(env, from1, to1, NAME_BYTES);

	return err ? err : to_c(env, from2, to2, NAME_BYTES);
}

/* Writes a 64-bit result into a byte[8]. */
static int to_java(JNIEnv *env, jbyteArray to, const void *value)
{
	if (!to || (*env)->GetArrayLength(env, to) < VALUE_BYTES)
		return -EINVAL;
	(*env)->SetByteArrayRegion(env, to, 0, VALUE_BYTES, value);
	return 0;
}

static void *address_of(jlong address)
{
	return (void *)(intptr_t)address;
}

static jint abi_version(JNIEnv *env, jclass c)
{
	(void)env, (void)c;
	return SCHED_NATIVE_ABI_VERSION;
}

static jlong open_object(JNIEnv *env, jclass c, jbyteArray object, jstring name)
{
	char name_c[NAME_BYTES];
	jsize size;
	void *bytes;
	int err = to_c(env, name, name_c, sizeof(name_c));

	(void)c;
	if (err)
		return err;
	if (!object)
		return -EINVAL;
	size = (*env)->GetArrayLength(env, object);
	if (size == 0)
		return -EINVAL;
	bytes = malloc((size_t)size);
	if (!bytes)
		return -ENOMEM;
	(*env)->GetByteArrayRegion(env, object, 0, size, bytes);
	return sched_object_open(bytes, (size_t)size, name_c);
}

static jint close_object(JNIEnv *env, jclass c, jlong handle)
{
	(void)env, (void)c;
	return sched_object_close(handle);
}

static jint layout_hash(JNIEnv *env, jclass c, jlong handle, jstring structs, jbyteArray result)
{
	char structs_c[NAME_LIST_BYTES];
	uint64_t hash;
	int err = to_c(env, structs, structs_c, sizeof(structs_c));

	(void)c;
	if (!err)
		err = sched_object_layout_hash(handle, structs_c, &hash);
	return err ? err : to_java(env, result, &hash);
}

static jint enum_value(JNIEnv *env, jclass c, jlong handle, jstring enumeration, jstring name,
		       jbyteArray result)
{
	char enumeration_c[NAME_BYTES], name_c[NAME_BYTES];
	int64_t value;
	int err = names_to_c(env, enumeration, enumeration_c, name, name_c);

	(void)c;
	if (!err)
		err = sched_object_enum_value(handle, enumeration_c, name_c, &value);
	return err ? err : to_java(env, result, &value);
}

static jint set_rodata(JNIEnv *env, jclass c, jlong handle, jstring variable, jlong value)
{
	char variable_c[NAME_BYTES];
	int err = to_c(env, variable, variable_c, sizeof(variable_c));

	(void)c;
	return err ? err : sched_object_set_rodata(handle, variable_c, value);
}

static jint set_map_entries(JNIEnv *env, jclass c, jlong handle, jstring map, jint entries)
{
	char map_c[NAME_BYTES];
	int err = to_c(env, map, map_c, sizeof(map_c));

	(void)c;
	return err ? err : sched_object_set_map_entries(handle, map_c, entries);
}

static jint set_autoload(JNIEnv *env, jclass c, jlong handle, jstring program, jboolean autoload)
{
	char program_c[NAME_BYTES];
	int err = to_c(env, program, program_c, sizeof(program_c));

	(void)c;
	return err ? err : sched_object_set_autoload(handle, program_c, autoload);
}

static jint set_autocreate(JNIEnv *env, jclass c, jlong handle, jstring map, jboolean autocreate)
{
	char map_c[NAME_BYTES];
	int err = to_c(env, map, map_c, sizeof(map_c));

	(void)c;
	return err ? err : sched_object_set_autocreate(handle, map_c, autocreate);
}

static jint set_ops_member(JNIEnv *env, jclass c, jlong handle, jstring map, jstring member,
			   jlong value)
{
	char map_c[NAME_BYTES], member_c[NAME_BYTES];
	int err = names_to_c(env, map, map_c, member, member_c);

	(void)c;
	return err ? err : sched_object_set_ops_member(handle, map_c, member_c, value);
}

static jint set_ops_name(JNIEnv *env, jclass c, jlong handle, jstring map, jstring name)
{
	char map_c[NAME_BYTES], name_c[NAME_BYTES];
	int err = names_to_c(env, map, map_c, name, name_c);

	(void)c;
	return err ? err : sched_object_set_ops_name(handle, map_c, name_c);
}

static jint kernel_member(JNIEnv *env, jclass c, jstring structure, jstring member)
{
	char structure_c[NAME_BYTES], member_c[NAME_BYTES];
	int err = names_to_c(env, structure, structure_c, member, member_c);

	(void)c;
	return err ? err : sched_kernel_member(structure_c, member_c);
}

static jint kernel_enum_value(JNIEnv *env, jclass c, jstring enumeration, jstring name,
			      jbyteArray result)
{
	char enumeration_c[NAME_BYTES], name_c[NAME_BYTES];
	int64_t value;
	int err = names_to_c(env, enumeration, enumeration_c, name, name_c);

	(void)c;
	if (!err)
		err = sched_kernel_enum_value(enumeration_c, name_c, &value);
	return err ? err : to_java(env, result, &value);
}

static jint kernel_function(JNIEnv *env, jclass c, jstring name)
{
	char name_c[NAME_BYTES];
	int err = to_c(env, name, name_c, sizeof(name_c));

	(void)c;
	return err ? err : sched_kernel_function(name_c);
}

static jint kernel_function_ends_with(JNIEnv *env, jclass c, jstring name, jstring structure)
{
	char name_c[NAME_BYTES], structure_c[NAME_BYTES];
	int err = names_to_c(env, name, name_c, structure, structure_c);

	(void)c;
	return err ? err : sched_kernel_function_ends_with(name_c, structure_c);
}

static jint load(JNIEnv *env, jclass c, jlong handle)
{
	(void)env, (void)c;
	return sched_object_load(handle);
}

static jlong attach_struct_ops(JNIEnv *env, jclass c, jlong handle, jstring map)
{
	char map_c[NAME_BYTES];
	int err = to_c(env, map, map_c, sizeof(map_c));

	(void)c;
	return err ? err : sched_object_attach_struct_ops(handle, map_c);
}

static jlong attach_program(JNIEnv *env, jclass c, jlong handle, jstring program)
{
	char program_c[NAME_BYTES];
	int err = to_c(env, program, program_c, sizeof(program_c));

	(void)c;
	return err ? err : sched_object_attach_program(handle, program_c);
}

static jint destroy_link(JNIEnv *env, jclass c, jlong link)
{
	(void)env, (void)c;
	return sched_link_destroy(link);
}

static jint link_fd(JNIEnv *env, jclass c, jlong link)
{
	(void)env, (void)c;
	return sched_link_fd(link);
}

static jint detach_link(JNIEnv *env, jclass c, jint fd)
{
	(void)env, (void)c;
	return sched_link_detach(fd);
}

static jint pin(JNIEnv *env, jclass c, jint fd, jstring path)
{
	char path_c[PATH_BYTES];
	int err = to_c(env, path, path_c, sizeof(path_c));

	(void)c;
	return err ? err : sched_pin(fd, path_c);
}

static jint open_pinned(JNIEnv *env, jclass c, jstring path)
{
	char path_c[PATH_BYTES];
	int err = to_c(env, path, path_c, sizeof(path_c));

	(void)c;
	return err ? err : sched_pin_open(path_c);
}

/* The look-ups that take a name and return a number. */
static jint look_up(JNIEnv *env, jlong handle, jstring name, int (*function)(int64_t, const char *))
{
	char name_c[NAME_BYTES];
	int err = to_c(env, name, name_c, sizeof(name_c));

	return err ? err : function(handle, name_c);
}

static jint map_fd(JNIEnv *env, jclass c, jlong handle, jstring map)
{
	(void)c;
	return look_up(env, handle, map, sched_object_map_fd);
}

static jint map_value_bytes(JNIEnv *env, jclass c, jlong handle, jstring map)
{
	(void)c;
	return look_up(env, handle, map, sched_object_map_value_bytes);
}

static jint map_entries(JNIEnv *env, jclass c, jlong handle, jstring map)
{
	(void)c;
	return look_up(env, handle, map, sched_object_map_entries);
}

static jint program_fd(JNIEnv *env, jclass c, jlong handle, jstring program)
{
	(void)c;
	return look_up(env, handle, program, sched_object_program_fd);
}

static jlong memory_map(JNIEnv *env, jclass c, jint fd, jlong offset, jlong length,
			jboolean writable)
{
	(void)env, (void)c;
	return sched_memory_map(fd, offset, length, writable);
}

static jint memory_unmap(JNIEnv *env, jclass c, jlong address, jlong length)
{
	(void)env, (void)c;
	return sched_memory_unmap(address, length);
}

static jint page_bytes(JNIEnv *env, jclass c)
{
	(void)env, (void)c;
	return sched_memory_page_bytes();
}

static jint epoll_create_for(JNIEnv *env, jclass c, jint fd)
{
	(void)env, (void)c;
	return sched_wait_create(fd);
}

static jint epoll_wait_for(JNIEnv *env, jclass c, jint epoll, jint timeout_ms)
{
	(void)env, (void)c;
	return sched_wait(epoll, timeout_ms);
}

static jint close_fd(JNIEnv *env, jclass c, jint fd)
{
	(void)env, (void)c;
	return sched_close(fd);
}

static jint run_program(JNIEnv *env, jclass c, jint fd, jlong context, jint bytes)
{
	(void)env, (void)c;
	return bytes < 0 ? -EINVAL : sched_program_run(fd, address_of(context), (uint32_t)bytes);
}

static jint pin_thread(JNIEnv *env, jclass c, jint tid, jlong mask, jint bytes)
{
	(void)env, (void)c;
	return sched_thread_pin(tid, address_of(mask), bytes);
}

static jint thread_affinity(JNIEnv *env, jclass c, jlong mask, jint bytes)
{
	(void)env, (void)c;
	return sched_thread_affinity(address_of(mask), bytes);
}

static jint effective_user_id(JNIEnv *env, jclass c)
{
	(void)env, (void)c;
	return sched_effective_user_id();
}

static jint lock_memory(JNIEnv *env, jclass c)
{
	(void)env, (void)c;
	return sched_memory_lock();
}

static jint unlock_memory(JNIEnv *env, jclass c)
{
	(void)env, (void)c;
	return sched_memory_unlock();
}

static jint raise_memlock_limit(JNIEnv *env, jclass c)
{
	(void)env, (void)c;
	return sched_memory_raise_limit();
}

static jint thread_faults(JNIEnv *env, jclass c, jlong address)
{
	(void)env, (void)c;
	return sched_thread_faults(address_of(address));
}

static jint scheduler_policy(JNIEnv *env, jclass c, jint tid)
{
	(void)env, (void)c;
	return sched_thread_policy(tid);
}

static jint set_scheduler_class(JNIEnv *env, jclass c, jint tid, jint policy)
{
	(void)env, (void)c;
	return sched_thread_set_policy(tid, policy);
}

static jint thread_priority(JNIEnv *env, jclass c, jint tid)
{
	(void)env, (void)c;
	return sched_thread_priority(tid);
}

static jint set_thread_nice(JNIEnv *env, jclass c, jint tid, jint nice)
{
	(void)env, (void)c;
	return sched_thread_set_nice(tid, nice);
}

static jint disable_huge_pages(JNIEnv *env, jclass c, jboolean disable)
{
	(void)env, (void)c;
	return sched_memory_disable_huge_pages(disable);
}

static jint huge_pages_disabled(JNIEnv *env, jclass c)
{
	(void)env, (void)c;
	return sched_memory_huge_pages_disabled();
}

static jint take_log(JNIEnv *env, jclass c, jbyteArray into)
{
	char text[SCHED_LOG_BYTES];
	size_t size;

	(void)c;
	if (!into)
		return -EINVAL;
	size = (size_t)(*env)->GetArrayLength(env, into);
	size = sched_log_take(text, size < sizeof(text) ? size : sizeof(text));
	(*env)->SetByteArrayRegion(env, into, 0, (jsize)size, (const jbyte *)text);
	return (jint)size;
}

static jint set_verbose(JNIEnv *env, jclass c, jboolean verbose)
{
	(void)env, (void)c;
	sched_log_verbose(verbose);
	return 0;
}

#define STRING "Ljava/lang/String;"
#define METHOD(name, signature, function) \
	{ (char *)(name), (char *)(signature), (void *)(function) }

static const JNINativeMethod methods[] = {
	METHOD("abiVersion", "()I", abi_version),
	METHOD("openObject", "([B" STRING ")J", open_object),
	METHOD("closeObject", "(J)I", close_object),
	METHOD("layoutHash", "(J" STRING "[B)I", layout_hash),
	METHOD("enumValue", "(J" STRING STRING "[B)I", enum_value),
	METHOD("setRodata", "(J" STRING "J)I", set_rodata),
	METHOD("setMapEntries", "(J" STRING "I)I", set_map_entries),
	METHOD("setAutoload", "(J" STRING "Z)I", set_autoload),
	METHOD("setAutocreate", "(J" STRING "Z)I", set_autocreate),
	METHOD("setOpsMember", "(J" STRING STRING "J)I", set_ops_member),
	METHOD("setOpsName", "(J" STRING STRING ")I", set_ops_name),
	METHOD("kernelMember", "(" STRING STRING ")I", kernel_member),
	METHOD("kernelEnumValue", "(" STRING STRING "[B)I", kernel_enum_value),
	METHOD("kernelFunction", "(" STRING ")I", kernel_function),
	METHOD("kernelFunctionEndsWith", "(" STRING STRING ")I", kernel_function_ends_with),
	METHOD("load", "(J)I", load),
	METHOD("attachStructOps", "(J" STRING ")J", attach_struct_ops),
	METHOD("attachProgram", "(J" STRING ")J", attach_program),
	METHOD("destroyLink", "(J)I", destroy_link),
	METHOD("linkFd", "(J)I", link_fd),
	METHOD("detachLink", "(I)I", detach_link),
	METHOD("pin", "(I" STRING ")I", pin),
	METHOD("openPinned", "(" STRING ")I", open_pinned),
	METHOD("mapFd", "(J" STRING ")I", map_fd),
	METHOD("mapValueBytes", "(J" STRING ")I", map_value_bytes),
	METHOD("mapEntries", "(J" STRING ")I", map_entries),
	METHOD("programFd", "(J" STRING ")I", program_fd),
	METHOD("mmap", "(IJJZ)J", memory_map),
	METHOD("munmap", "(JJ)I", memory_unmap),
	METHOD("pageBytes", "()I", page_bytes),
	METHOD("epollCreate", "(I)I", epoll_create_for),
	METHOD("epollWait", "(II)I", epoll_wait_for),
	METHOD("closeFd", "(I)I", close_fd),
	METHOD("runProgram", "(IJI)I", run_program),
	METHOD("pinThread", "(IJI)I", pin_thread),
	METHOD("threadAffinity", "(JI)I", thread_affinity),
	METHOD("effectiveUserId", "()I", effective_user_id),
	METHOD("lockMemory", "()I", lock_memory),
	METHOD("unlockMemory", "()I", unlock_memory),
	METHOD("raiseMemlockLimit", "()I", raise_memlock_limit),
	METHOD("threadFaults", "(J)I", thread_faults),
	METHOD("schedulerPolicy", "(I)I", scheduler_policy),
	METHOD("setSchedulerClass", "(II)I", set_scheduler_class),
	METHOD("threadPriority", "(I)I", thread_priority),
	METHOD("setThreadNice", "(II)I", set_thread_nice),
	METHOD("setTransparentHugePagesDisabled", "(Z)I", disable_huge_pages),
	METHOD("transparentHugePagesDisabled", "()I", huge_pages_disabled),
	METHOD("takeLog", "([B)I", take_log),
	METHOD("setVerbose", "(Z)I", set_verbose),
};

/*
 * Fails, with the exception of the method that does not fit, when Java and C are of different
 * builds.
 */
JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved)
{
	JNIEnv *env;
	jclass c;

	(void)reserved;
	if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_1_8) != JNI_OK)
		return JNI_ERR;
	c = (*env)->FindClass(env, "org/scx4j/jni/NativeMethods");
	if (!c)
		return JNI_ERR;
	if ((*env)->RegisterNatives(env, c, methods, sizeof(methods) / sizeof(*methods)))
		return JNI_ERR;
	(*env)->DeleteLocalRef(env, c);
	sched_log_init();
	return JNI_VERSION_1_8;
}
