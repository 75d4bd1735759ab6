using Gatehouse.Storage.Tests.Contracts;
using Gatehouse.Storage.Tests.PostgreSql.Support;

namespace Gatehouse.Storage.Tests.PostgreSql;

/// <summary>The store in PostgreSQL keeps every promise that the store in SQLite keeps.</summary>
public sealed class StoreContractTests(PostgreSqlServer server)
{
    public static TheoryData<string> Checks => [.. StoreContract.Checks.Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task TheStoreInPostgreSql_Keeps(string check)
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await StoreContract.Checks.Single(one => one.Name == check).RunAsync(under);
    }
}
