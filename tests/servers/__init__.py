"""Real servers that tests start themselves: on 127.0.0.1, in folders of their own."""
