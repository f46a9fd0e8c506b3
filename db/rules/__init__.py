"""Pure rules: standard library only, no store, no words, no clock of their own."""
