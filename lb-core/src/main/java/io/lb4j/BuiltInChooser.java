package io.lb4j;

/** A chooser of ours: known not to block or throw, so that it is called without a guard. */
interface BuiltInChooser extends Chooser {}
