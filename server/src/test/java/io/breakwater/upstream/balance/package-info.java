/// Tests of the balancers, without any network.
@NullMarked
package io.breakwater.upstream.balance;

import org.jspecify.annotations.NullMarked;
