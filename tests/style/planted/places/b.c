const char *home = "/home/alice/x";
