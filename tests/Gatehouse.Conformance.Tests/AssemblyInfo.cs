// The suites watch the clock; two of them at once on a small machine would see each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
