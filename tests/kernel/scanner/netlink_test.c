/* Who may answer what is asked by netlink. */
#include "scanner/nsfs/netlink.h"

#include "model/base/util.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

static void only_the_kernel_answers(void **state)
{
	struct nlmsghdr forged = {.nlmsg_len = sizeof(forged), .nlmsg_type = RTM_NEWLINK};
	struct sockaddr_nl address;
	socklen_t len = sizeof(address);
	autoclose int asker = -1, forger = -1;

	(void)state;
	need_test_machine();
	asker = netlink_open(NETLINK_ROUTE);
	forger = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	assert_true(asker >= 0 && forger >= 0);
	assert_int_equal(getsockname(asker, (struct sockaddr *)&address, &len), 0);
	assert_true(address.nl_pid != 0);
	assert_int_equal(sendto(forger, &forged, sizeof(forged), 0,
	                     (const struct sockaddr *)&address, sizeof(address)),
	    -1);
	assert_int_equal(errno, ECONNREFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_the_kernel_answers),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
