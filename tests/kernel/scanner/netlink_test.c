/* Answers by netlink: their sender and their length. */
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

/* A message that is shorter than its body, and an attribute that is longer than its message. */
static void nothing_is_read_behind_a_message(void **state)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg body;
		struct rtattr attribute;
		uint32_t value;
	} message = {
	    .head = {.nlmsg_len = sizeof(message), .nlmsg_type = RTM_NEWLINK},
	    .attribute = {.rta_len = RTA_LENGTH(sizeof(uint32_t)), .rta_type = IFLA_LINK},
	    .value = 7,
	};
	const size_t body = sizeof(message.body);

	(void)state;
	assert_ptr_equal(netlink_body(&message.head, RTM_NEWLINK, body), &message.body);
	assert_null(netlink_body(&message.head, RTM_DELLINK, body));
	assert_int_equal(netlink_number(netlink_attribute(&message.head, body, IFLA_LINK)), 7);
	assert_null(netlink_attribute(&message.head, body, IFLA_MTU));
	assert_int_equal(netlink_number(NULL), 0);

	for (unsigned len = NLMSG_HDRLEN; len < sizeof(message); len++) {
		message.head.nlmsg_len = len;
		assert_null(netlink_attribute(&message.head, body, IFLA_LINK));
		if (len < NLMSG_LENGTH(body))
			assert_null(netlink_body(&message.head, RTM_NEWLINK, body));
	}
	message.head.nlmsg_len = sizeof(message);
	message.attribute.rta_len = RTA_LENGTH(2);
	assert_int_equal(netlink_number(netlink_attribute(&message.head, body, IFLA_LINK)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_the_kernel_answers),
	    cmocka_unit_test(nothing_is_read_behind_a_message),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
