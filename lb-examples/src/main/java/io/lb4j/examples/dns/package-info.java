/** Name servers and their clients, as far as the {@code dns-demo} needs them. */
package io.lb4j.examples.dns;
