namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>One promise of the contract, as something that can be tried.</summary>
/// <param name="Name">Repository and promise, for the list of tests.</param>
/// <param name="RunAsync">Tries it on an implementation without rows; throws <see cref="ContractViolationException"/> where it does not hold.</param>
public sealed record StoreCheck(string Name, Func<StoreUnderTest, Task> RunAsync);
