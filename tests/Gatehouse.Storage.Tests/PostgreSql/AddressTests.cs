using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.PostgreSql.Support;
using Gatehouse.Testing;
using TemporaryFolder = Gatehouse.Storage.Tests.Support.TemporaryFolder;

namespace Gatehouse.Storage.Tests.PostgreSql;

/// <summary>Addresses that protect nothing are refused, and no message shows one.</summary>
public sealed class AddressTests(PostgreSqlServer server)
{
    private const string Password = "correct-horse";

    [Theory]
    [InlineData("Host=db.example;Database=gatehouse")]
    [InlineData("Host=db.example;Database=gatehouse;SSL Mode=Require")]
    [InlineData("Host=db.example;Database=gatehouse;SSL Mode=VerifyCA")]
    [InlineData("Host=192.0.2.1;SSL Mode=Prefer")]
    public async Task AConnectionThatIsNotVerified_IsRefusedToAnotherMachine(string address) =>
        Assert.Contains("SSL Mode=VerifyFull", (await RefusedAsync(address)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Host=db.example,other.example;SSL Mode=VerifyFull")]
    [InlineData("Database=gatehouse")]
    public async Task AnAddress_NamesOneHost(string address) =>
        Assert.Contains("one host", (await RefusedAsync(address)).Message, StringComparison.Ordinal);

    // Npgsql connects to the second host where the first does not answer, and a socket in front makes no other machine trustworthy.
    [Fact]
    public async Task AHostAfterASocket_IsASecondHost()
    {
        await server.RequireAsync();
        var address = server.ConnectionString.Replace("Host=", "Host=/nonexistent,", StringComparison.Ordinal);
        Assert.Contains("one host", (await RefusedAsync(address)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no connection string")]
    [InlineData("Host=localhost;Port=many")]
    [InlineData("Host=localhost;Unknown Key=1")]
    public async Task AnAddressOfAnotherForm_IsRefused(string address) =>
        Assert.Contains("form of Npgsql", (await RefusedAsync(address)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task AServerThatCannotBeReached_IsReported_WithoutItsAddress()
    {
        using var folder = new TemporaryFolder();
        var fault = await RefusedAsync($"Host={folder.Path};Username=carol");
        Assert.Contains("cannot be reached", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("carol", fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownDatabase_IsReportedWithARemedy()
    {
        await server.RequireAsync();
        var fault = await RefusedAsync(server.ConnectionString.Replace("Database=postgres", "Database=absent", StringComparison.Ordinal));
        Assert.Contains("Create the database", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("absent", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARowThatTheServerRefuses_DoesNotAppearInTheMessage()
    {
        await server.RequireAsync();
        await using var under = new PostgreSqlUnderTest(server);
        await using var store = await under.OpenAsync();
        await server.RunAsync($"ALTER TABLE {under.Schema}.revocations ADD CHECK (value <> 'canary-value')");
        var fault = await Assert.ThrowsAsync<StoreException>(
            () => store.Revocations.AddAsync(Rows.Revocation(1) with { Value = "canary-value" }).AsTask());
        Assert.Contains("SQLSTATE 23514", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_DoNotShowTheAddress() => Assert.DoesNotContain(
        Password, new PostgreSqlStoreOptions { ConnectionString = "Host=localhost;Password=" + Password }.ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("a\"; DROP TABLE grants; --")]
    [InlineData("Upper")]
    public async Task ANameOfASchema_HasFewCharacters(string schema) => await Assert.ThrowsAnyAsync<ArgumentException>(() =>
        PostgreSqlStore.OpenAsync(new PostgreSqlStoreOptions { ConnectionString = "Host=localhost", Schema = schema }, new ManualTimeProvider())
            .AsTask());

    private static async Task<StoreException> RefusedAsync(string address)
    {
        var fault = await Assert.ThrowsAsync<StoreException>(() => PostgreSqlStore.OpenAsync(
            new PostgreSqlStoreOptions { ConnectionString = address + ";Password=" + Password }, new ManualTimeProvider()).AsTask());
        Assert.DoesNotContain(Password, fault.ToString(), StringComparison.Ordinal);
        return fault;
    }
}
