using Gatehouse.Testing.StoreContracts;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>Both implementations of the repositories keep every promise of the contract.</summary>
public sealed class StoreContractTests
{
    public static TheoryData<string> Checks => [.. StoreContract.Checks.Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task TheStoreInSqlite_Keeps(string check) => RunAsync(check, new SqliteUnderTest());

    [Theory]
    [MemberData(nameof(Checks))]
    public Task TheStoreInMemory_Keeps(string check) => RunAsync(check, new MemoryUnderTest());

    private static async Task RunAsync(string check, StoreUnderTest under)
    {
        await using (under) await StoreContract.Checks.Single(one => one.Name == check).RunAsync(under);
    }
}
