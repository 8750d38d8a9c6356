using Xunit;

// Every test starts processes and most measure what they do: side by side they would starve each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
