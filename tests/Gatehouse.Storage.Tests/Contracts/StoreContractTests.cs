namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>The store in SQLite keeps every promise of the repositories.</summary>
public sealed class StoreContractTests
{
    public static TheoryData<string> Checks => [.. StoreContract.Checks.Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task TheStoreInSqlite_Keeps(string check)
    {
        await using var under = new SqliteUnderTest();
        await StoreContract.Checks.Single(one => one.Name == check).RunAsync(under);
    }
}
