// Clusters of several silos each: one at a time, or they starve each other into what looks like death.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
