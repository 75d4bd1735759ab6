using Gatehouse.Azure.Tests.StandIns;
using Gatehouse.Outbound;
using Gatehouse.Pipeline;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Secrets;

/// <summary>A gateway whose server has its credential in a vault, which the client of Azure reads from a stand-in of Key Vault.</summary>
public sealed class KeyVaultGatewayTests
{
    [Fact]
    [Trait("Requirement", "SK-03")]
    public async Task CredentialOfAVault_RotatesWhileCallsGoThrough_AndOutlastsAnOutage()
    {
        await using var vault = await VaultStandIn.StartAsync();
        vault.Set("crm-key", "first");
        var clock = new ManualTimeProvider();
        using var clients = await TestClients.StartAsync();
        await using var gateway = await StartAsync(vault.Settings(), clock, clients.Vaults);
        await gateway.InitializeAsync();
        Assert.Equal("Bearer first", Credential(gateway));

        vault.Set("crm-key", "second");
        await RoundAsync(gateway, clock, TimeSpan.FromMinutes(5));
        await gateway.InitializeAsync();
        Assert.Equal("Bearer second", Credential(gateway));

        vault.Instead = static async context =>
        {
            context.Response.Headers["retry-after-ms"] = "1";
            await VaultStandIn.RefuseAsync(context, 503, "Unavailable");
            return true;
        };
        await RoundAsync(gateway, clock, TimeSpan.FromMinutes(5));
        await gateway.InitializeAsync();
        Assert.Equal("Bearer second", Credential(gateway));
        Assert.NotEmpty(vault.Tokens);
    }

    [Fact]
    [Trait("Requirement", "SK-03")]
    public async Task Rotations_UnderLoad_FailNoCall()
    {
        await using var vault = await VaultStandIn.StartAsync();
        vault.Set("crm-key", "value-0");
        var clock = new ManualTimeProvider();
        using var clients = await TestClients.StartAsync();
        await using var gateway = await StartAsync(vault.Settings() with { Recheck = TimeSpan.FromSeconds(15) }, clock, clients.Vaults);
        await gateway.InitializeAsync();
        using var ended = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(async _ =>
        {
            var calls = 0;
            for (; !ended.IsCancellationRequested; calls++) await gateway.InitializeAsync(); // fails the test unless it is answered
            return calls;
        }).ToList();
        for (var rotation = 1; rotation <= 5; rotation++)
        {
            vault.Set("crm-key", $"value-{rotation}");
            await RoundAsync(gateway, clock, TimeSpan.FromSeconds(15));
            var expected = $"Bearer value-{rotation}";
            await Eventually.TrueAsync(() => Credentials(gateway).Contains(expected), $"a call has {expected}");
        }

        await ended.CancelAsync();
        Assert.True((await Task.WhenAll(callers)).Sum() >= 5, "there was no load");
        Assert.Equal(Enumerable.Range(0, 6).Select(at => $"Bearer value-{at}"), Credentials(gateway).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "SK-01")]
    public async Task SecretThatIsNotInTheVault_StopsTheStart_WithKeyCauseAndRemedy()
    {
        await using var vault = await VaultStandIn.StartAsync();
        using var clients = await TestClients.StartAsync();
        var fault = await Assert.ThrowsAsync<InvalidDataException>(async () => await TestGateway.StartAsync(
            s => s with
            {
                Vaults = [vault.Settings()],
                Management = new ManagementSettings { Token = new SecretReference("keyvault", "main/absent") },
            },
            replace: PartReplacements.None.Put(PartNames.KeyVaults, clients.Vaults)));
        Assert.Equal("management.token: the secret keyvault:main/absent at main.vault.test does not exist; create it, or correct its name or version in "
            + "the configuration", fault.Message);
    }

    private static Task<TestGateway> StartAsync(VaultSettings vault, TimeProvider clock, IKeyVaults vaults) => TestGateway.StartAsync(
        s => s with
        {
            Vaults = [vault],
            Servers = [s.Servers[0] with { Http = s.Servers[0].Http! with
                { Credential = new CredentialSettings("X-Key", new SecretReference("keyvault", "main/crm-key"), "Bearer ") } }],
        },
        clock, replace: PartReplacements.None.Put(PartNames.KeyVaults, vaults));

    private static async Task RoundAsync(TestGateway gateway, ManualTimeProvider clock, TimeSpan later)
    {
        clock.Advance(later);
        var watch = gateway.Host.Core.Services.VaultWatch;
        watch.Look();
        await watch.SettledAsync();
    }

    private static string Credential(TestGateway gateway) => Credentials(gateway)[^1];

    private static List<string> Credentials(TestGateway gateway) =>
        [.. gateway.Upstream.Received.Select(static one => one.Headers.Single(static header => header.Key == "X-Key").Value)];
}
