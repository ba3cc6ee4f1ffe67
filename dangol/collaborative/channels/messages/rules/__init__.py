"""What follows from an answer: when to try again (`trying`), who was a machine (`machines`), what a returned mail says
(`returned`). Pure."""
