"""The demo company: Hwaro Coffee, a roaster with about 5,000 invented customers and two years of orders.

`generator` invents it (pure, the same every time for the same day); `services` loads and removes it.
Tells `demo.loaded` and `demo.removed`. Imported by nobody but the roof.
"""
