namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>One promise of the index of a log, as something that can be tried.</summary>
/// <param name="Name">The promise, for the list of tests.</param>
/// <param name="RunAsync">Tries it on an empty place; throws <see cref="ContractViolationException"/> where it does not hold.</param>
public sealed record EntryIndexCheck(string Name, Func<EntryIndexUnderTest, Task> RunAsync);
