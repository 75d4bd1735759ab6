using System.Text;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Secrets;
using Gatehouse.Outbound;
using Gatehouse.Settings;
using Gatehouse.Storage;

namespace Gatehouse.Gateway.Tests.Secrets;

/// <summary>Secrets of the store, as the configuration names them.</summary>
[Trait("NoRetry", "yes")]
public sealed class VaultTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-vault-");

    [Fact]
    [Trait("Requirement", "SK-01")]
    public async Task ASecretOfTheStore_IsTheCredential_AndAReloadTakesTheChangedOne()
    {
        await SetAsync("github-token", "first");
        ConfigurationResult? next = null;
        await using var gateway = await StartAsync("github-token", () => next!);
        await gateway.InitializeAsync();
        Assert.Equal("Bearer first", Credential(gateway));

        // A command beside the gateway adds a key to the ring and sets another value under it.
        await SetAsync("github-token", "second");
        await RotateAsync();
        await gateway.InitializeAsync();
        Assert.Equal("Bearer first", Credential(gateway));
        next = Good(gateway);
        Assert.Empty(await gateway.Host.ReloadAsync());
        await gateway.InitializeAsync();
        Assert.Equal("Bearer second", Credential(gateway));
        Assert.Equal(KeyRing.OpenOrCreate(RingPath, TimeProvider.System).NewestId, gateway.Host.Core.Services.Keys.NewestId);
    }

    [Fact]
    [Trait("Requirement", "SK-01")]
    public async Task ANameThatIsNotInTheStore_IsAFaultOfTheStart_WithKeyAndCommand()
    {
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => StartAsync("github-token"));
        Assert.Equal(
            "servers.up.credential.value: the secret vault:github-token is not in the store; set it with: gatehouse secret set github-token",
            fault.Message);
    }

    [Fact]
    public async Task ARingThatWasRotatedSinceItWasRead_IsReadAgain()
    {
        await SetAsync("github-token", "value");
        await using var store = Store.Open(StorePath, TimeProvider.System);
        var old = KeyRing.OpenOrCreate(RingPath, TimeProvider.System);
        await RotateAsync();
        var vault = new StoredVault(new SealedSecrets(store.Secrets, old, TimeProvider.System), old);
        Assert.Equal("value", (await vault.ReadAsync("github-token")).Reveal().ToString());
    }

    [Fact]
    public async Task ANameThatIsRemoved_IsAFaultOfTheReload_AndTheOldConfigurationStays()
    {
        await SetAsync("github-token", "first");
        ConfigurationResult? next = null;
        await using var gateway = await StartAsync("github-token", () => next!);
        await using (var secrets = await OpenAsync())
            await secrets.Secrets.RemoveAsync(SecretPlace.OfGateway("github-token"), TestContext.Current.CancellationToken);
        next = Good(gateway);
        Assert.Contains("gatehouse secret set github-token", Assert.Single(await gateway.Host.ReloadAsync()), StringComparison.Ordinal);
        await gateway.InitializeAsync();
        Assert.Equal("Bearer first", Credential(gateway));
        Assert.Equal(1, gateway.Host.Snapshots.Current.Generation);
    }

    [Fact]
    [Trait("Requirement", "SK-02")]
    public async Task WithoutTheRing_TheStartNamesTheSecret_AndWhatToDo()
    {
        await SetAsync("github-token", "canary");
        File.Delete(RingPath);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => StartAsync("github-token"));
        Assert.Contains("servers.up.credential.value: the secret vault:github-token cannot be opened, because the key ring does not have",
            fault.Message, StringComparison.Ordinal);
        Assert.Contains("gatehouse secret set github-token", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "SK-02")]
    public async Task ARowCopiedToTheNameOfAnotherServer_DoesNotOpenThere()
    {
        await SetAsync("bank-token", "canary");
        await using (var store = Store.Open(StorePath, TimeProvider.System))
        {
            var place = SecretPlace.OfGateway("bank-token");
            var row = await store.Secrets.FindAsync(place.Purpose, place.Owner, place.Name, TestContext.Current.CancellationToken);
            await store.Secrets.PutAsync(row! with { Name = "mallorys-token" }, 10, TestContext.Current.CancellationToken);
        }

        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => StartAsync("mallorys-token"));
        Assert.Equal(
            "servers.up.credential.value: the secret vault:mallorys-token cannot be opened, because its row in the store is damaged or was changed; "
            + "set it with: gatehouse secret set mallorys-token", fault.Message);
        await using var gateway = await StartAsync("bank-token");
    }

    [Fact]
    public async Task ARingThatCannotBeRead_RefusesTheReload()
    {
        await SetAsync("github-token", "first");
        ConfigurationResult? next = null;
        await using var gateway = await StartAsync("github-token", () => next!);
        next = Good(gateway);
        await File.WriteAllTextAsync(RingPath, "{", TestContext.Current.CancellationToken);
        Assert.Contains("key ring", Assert.Single(await gateway.Host.ReloadAsync()), StringComparison.Ordinal);
        await gateway.InitializeAsync();
    }

    [Fact]
    public async Task AValueOfSeveralLines_IsAFault_WhoeverSetIt()
    {
        await SetAsync("github-token", "one\r\nInjected: two");
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => StartAsync("github-token"));
        Assert.Contains("line break", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Injected", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnExchangeThatBeganBeforeAReload_StillHasItsSecret()
    {
        var vault = new FixedVault();
        var secrets = new SecretResolver(vault);
        var (old, next) = (new SecretReference("vault", "old"), new SecretReference("vault", "new"));
        secrets.Adopt(await secrets.ReadAllAsync([new SecretUse("a", old), new SecretUse("b", old)]));
        Assert.Equal(1, vault.Reads);
        secrets.Adopt(await secrets.ReadAllAsync([new SecretUse("a", next)]));
        Assert.Equal("old", secrets.Resolve(old).Reveal().ToString());
        Assert.Equal("new", secrets.Resolve(next).Reveal().ToString());
        Assert.Throws<InvalidDataException>(() => secrets.Resolve(new SecretReference("vault", "old")));
        await Assert.ThrowsAsync<InvalidDataException>(() => new SecretResolver().ReadAllAsync([new SecretUse("a", old)]));
    }

    [Fact]
    public async Task AReload_DoesNotGiveTheNewValueOfANameToTheOldConfiguration()
    {
        Environment.SetEnvironmentVariable("GATEHOUSE_TEST_PINNED", "old-value");
        var secrets = new SecretResolver();
        var (old, next) = (new SecretReference("env", "GATEHOUSE_TEST_PINNED"), new SecretReference("env", "GATEHOUSE_TEST_PINNED"));
        secrets.Adopt(await secrets.ReadAllAsync([new SecretUse("a", old)]));
        Environment.SetEnvironmentVariable("GATEHOUSE_TEST_PINNED", "new-value");
        secrets.Adopt(await secrets.ReadAllAsync([new SecretUse("a", next)]));
        Assert.Equal("old-value", secrets.Resolve(old).Reveal().ToString());
        Assert.Equal("new-value", secrets.Resolve(next).Reveal().ToString());
        secrets.Adopt(await secrets.ReadAllAsync([new SecretUse("a", old)]));
        Assert.Equal("new-value", secrets.Resolve(old).Reveal().ToString());
    }

    [Fact]
    public async Task TheCheckOfAConfiguration_NamesKeyAndCommand_AndChangesNothing()
    {
        var settings = Settings("github-token");
        Assert.Contains("is not in the store", Assert.Single(VaultCheck.Of(settings, TimeProvider.System, out _)).Message, StringComparison.Ordinal);
        Assert.Empty(folder.EnumerateFileSystemInfos());

        await SetAsync("github-token", "value");
        Assert.Empty(VaultCheck.Of(settings, TimeProvider.System, out var note));
        Assert.Null(note);
        var fault = Assert.Single(VaultCheck.Of(Settings("another"), TimeProvider.System, out _));
        Assert.Equal(("servers.up.credential.value", "set it with: gatehouse secret set another"), (fault.Path, fault.Remedy));

        File.Delete(RingPath);
        Assert.Contains("key ring", Assert.Single(VaultCheck.Of(settings, TimeProvider.System, out _)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(RingPath));

        await File.WriteAllTextAsync(StorePath, "no database", TestContext.Current.CancellationToken);
        Assert.Empty(VaultCheck.Of(settings, TimeProvider.System, out note));
        Assert.Contains("were not checked", note, StringComparison.Ordinal);
        Assert.Empty(VaultCheck.Of(settings with { StateDirectory = folder.FullName + "/absent" }, TimeProvider.System, out note));
        Assert.Contains("were not checked", note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheCheck_ReadsAStoreOfAnOlderVersion_WithoutMigratingIt()
    {
        await SetAsync("github-token", "value");
        Query("DROP TABLE secrets; PRAGMA user_version = 5");
        Assert.Contains("is not in the store", Assert.Single(VaultCheck.Of(Settings("github-token"), TimeProvider.System, out _)).Message,
            StringComparison.Ordinal);
        Assert.Equal(5L, Query("PRAGMA user_version"));
    }

    // The two sides cannot share the rule: the store knows no configuration, and the configuration no store.
    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("github-token")]
    [InlineData("a_b.c-d")]
    [InlineData("A")]
    [InlineData("-a")]
    [InlineData(".a")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345")]
    public void ANameInTheConfiguration_IsANameInTheStore(string name)
    {
        var file = Path.Join(folder.FullName, "gatehouse.yaml");
        File.WriteAllText(file, $"version: 1\npublicUrl: http://127.0.0.1:1\nstate: {folder.FullName}\nservers:\n  up:\n"
            + $"    url: http://127.0.0.1:2/mcp\n"
            + $"    credential: {{ header: Authorization, value: \"vault:{name}\" }}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var result = ConfigurationLoader.Load(new Gatehouse.Configuration.Reading.ConfigurationRequest { Path = file, Development = true });
        Assert.True(result.IsGood == SecretPlace.IsName(name), string.Join('\n', result.Faults));
        if (!result.IsGood) Assert.Equal("servers.up.credential.value", Assert.Single(result.Faults).Path);
    }

    [Fact]
    public async Task AFolderOfAnotherAccount_IsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can give a folder away.");
        using (var chown = System.Diagnostics.Process.Start("chown", ["12345", folder.FullName])!)
            await chown.WaitForExitAsync(TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<IOException>(OpenAsync);
        Assert.Contains("as the account of the gateway", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private string RingPath => Path.Join(folder.FullName, "keyring.json");

    private string StorePath => Path.Join(folder.FullName, "gatehouse.db");

    private Task<TestGateway> StartAsync(string name, Func<ConfigurationResult>? reload = null) => TestGateway.StartAsync(
        s => s with
        {
            StateDirectory = folder.FullName,
            Servers = [s.Servers[0] with
                { Http = s.Servers[0].Http! with { Credential = Names(name) } }],
        },
        reload: reload, keepState: true);

    private GatewaySettings Settings(string name) => new()
    {
        PublicUrl = new Uri("http://127.0.0.1:1"),
        Listen = new ListenSettings(),
        StateDirectory = folder.FullName,
        Servers = [new ServerSettings
            { Name = "up", Path = "/mcp", Http = new HttpUpstreamSettings { Url = new Uri("http://127.0.0.1:2"), Credential = Names(name) } }],
    };

    private static CredentialSettings Names(string name) => new("X-Key", new SecretReference("vault", name), "Bearer ");

    private Task<SecretsFolder> OpenAsync() => SecretsFolder.OpenAsync(folder.FullName, TimeProvider.System);

    private async Task SetAsync(string name, string value)
    {
        await using var secrets = await OpenAsync();
        await secrets.Secrets.SetAsync(SecretPlace.OfGateway(name), Encoding.UTF8.GetBytes(value), TestContext.Current.CancellationToken);
    }

    private async Task RotateAsync()
    {
        await using var secrets = await OpenAsync();
        Assert.Equal(1, (await secrets.Secrets.RotateAsync(TestContext.Current.CancellationToken)).SealedAgain);
    }

    private object? Query(string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={StorePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant of the test.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    private static string Credential(TestGateway gateway) => gateway.Upstream.Received[^1].Headers.Single(header => header.Key == "X-Key").Value;

    private static ConfigurationResult Good(TestGateway gateway) =>
        new() { Settings = gateway.Host.Snapshots.Current.Settings, Faults = [], SourcePath = "f" };
}
