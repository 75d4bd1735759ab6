using Gatehouse.Storage.PostgreSql.Tests.Support;
using Gatehouse.Testing.StoreContracts;

namespace Gatehouse.Storage.PostgreSql.Tests.Contracts;

/// <summary>The store in PostgreSQL keeps every promise that the store in SQLite keeps.</summary>
public sealed class StoreContractTests(PostgreSqlServer server)
{
    public static TheoryData<string> Checks => [.. StoreContract.Checks.Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task TheStoreInPostgreSql_Keeps(string check)
    {
        server.Require();
        await using var under = new PostgreSqlUnderTest(server);
        await StoreContract.Checks.Single(one => one.Name == check).RunAsync(under);
    }
}
