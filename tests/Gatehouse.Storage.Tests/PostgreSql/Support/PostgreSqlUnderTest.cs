using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Contracts;

namespace Gatehouse.Storage.Tests.PostgreSql.Support;

/// <summary>The store in PostgreSQL, in a schema of its own.</summary>
internal sealed class PostgreSqlUnderTest(PostgreSqlServer server) : StoreUnderTest
{
    private readonly string schema = PostgreSqlServer.NewName();

    /// <summary>The schema.</summary>
    public string Schema => schema;

    public override async Task<IStore> OpenAsync(int rowLimit = 1000, int sessionRowLimit = 1000, int credentialRowLimit = 10_000) =>
        await PostgreSqlStore.OpenAsync(Options(rowLimit, sessionRowLimit, credentialRowLimit), Time);

    /// <summary>The options of a store in this place.</summary>
    public PostgreSqlStoreOptions Options(int rowLimit = 1000, int sessionRowLimit = 1000, int credentialRowLimit = 10_000) => new()
    {
        ConnectionString = $"{server.ConnectionString};Application Name=gatehouse {schema}",
        Schema = schema,
        Limits = new() { RowLimit = rowLimit, SessionRowLimit = sessionRowLimit, CredentialRowLimit = credentialRowLimit },
    };

    public override async ValueTask DisposeAsync() => await server.RunAsync($"DROP SCHEMA IF EXISTS {schema} CASCADE");
}
