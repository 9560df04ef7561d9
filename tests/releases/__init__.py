"""What live data and running functions of the releases before this one need of it.

A folder `v…` is the frozen record of one release: its functions, libraries and settings, and every kind of item that it
wrote. Records are never edited; `record` makes the next one. The tests put old items before today's functions, and the last
release's functions beside today's on one table. Everything goes over HTTP and in DynamoDB's own spelling of items, so that
nothing here changes when the code behind it does.
"""
