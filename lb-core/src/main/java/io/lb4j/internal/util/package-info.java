/** Time, deadlines and argument checks: what every other package needs and nothing else. */
package io.lb4j.internal.util;
