namespace Gatehouse.Gateway.Tests.Limits;

/// <summary>Tests that measure the heap run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryCollection
{
    public const string Name = "memory";
}
