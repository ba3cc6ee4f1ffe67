"""Pure rules of the stream: clocks, shapes of events, what is learned of them."""
