"""The programs of this folder. `script/server`, `script/test` and `script/bench` are the ones people call."""
