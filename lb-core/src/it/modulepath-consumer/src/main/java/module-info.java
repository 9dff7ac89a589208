module consumer {
  requires io.lb4j;
}
