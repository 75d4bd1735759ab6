using System.Text;
using Gatehouse.Azure.Tests.StandIns;
using Gatehouse.Outbound;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Azure.Tests;

/// <summary>Secrets of a vault, read by the client of Azure from a stand-in that refuses what Key Vault refuses.</summary>
public sealed class KeyVaultTests
{
    [Fact]
    [Trait("Requirement", "SK-01")]
    public async Task NewestVersion_AndOneVersion_AreRead_WithATokenForTheVaultOnly()
    {
        await using var vault = await VaultStandIn.StartAsync();
        var first = vault.Set("reports-key", "one");
        vault.Set("reports-key", "two");
        Assert.Equal("two", await ReadAsync(vault, "reports-key"));
        Assert.Equal("one", await ReadAsync(vault, "reports-key", first));
        Assert.Equal(["/secrets/reports-key", $"/secrets/reports-key/{first}"], vault.Reads);
        Assert.All(vault.Tokens, token => Assert.Equal(VaultStandIn.Resource, Issued.Of(token)!.Audience));
        Assert.DoesNotContain(IdentityStandIn.Refused, static why => !why.StartsWith("identity_not_found", StringComparison.Ordinal));
    }

    [Fact]
    public async Task UserAssignedIdentity_ReadsAsItself()
    {
        await using var vault = await VaultStandIn.StartAsync();
        vault.Set("a", "value");
        using var clients = await TestClients.StartAsync();
        await clients.Vaults.ReadAsync(vault.Settings() with { ClientId = IdentityStandIn.ClientId }, new KeyVaultName("main", "a", null), Cancellation);
        Assert.Equal(IdentityStandIn.ClientId, Issued.Of(Assert.Single(vault.Tokens))!.ClientId);
    }

    [Fact]
    public async Task DocumentOfSeveralLines_ComesWhole()
    {
        await using var vault = await VaultStandIn.StartAsync();
        const string Pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        vault.Set("gatehouse", Pem);
        Assert.Equal(Pem, await ReadAsync(vault, "gatehouse"));
    }

    [Fact]
    public async Task MissingSecret_AndVersion_AreGone()
    {
        await using var vault = await VaultStandIn.StartAsync();
        vault.Set("there", "value");
        var fault = await FaultAsync(vault, "absent");
        Assert.Equal("the secret keyvault:main/absent at main.vault.test does not exist; create it, or correct its name or version in the configuration",
            fault.Message);
        Assert.True(fault.IsGone);
        Assert.True((await FaultAsync(vault, "there", new string('f', 32))).IsGone);
    }

    [Fact]
    public async Task DisabledVersion_IsGone()
    {
        await using var vault = await VaultStandIn.StartAsync();
        vault.Set("a", "value", static one => one with { Enabled = false });
        var fault = await FaultAsync(vault, "a");
        Assert.Contains("is disabled; enable the version, or set a new one", fault.Message, StringComparison.Ordinal);
        Assert.True(fault.IsGone);
    }

    [Fact]
    public async Task VersionOutsideItsTime_IsGone_ThoughTheVaultGivesIt()
    {
        await using var vault = await VaultStandIn.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        vault.Set("over", "value", one => one with { Ends = now.AddDays(-1) });
        vault.Set("early", "value", one => one with { Begins = now.AddDays(1) });
        Assert.Contains("is past its end", (await FaultAsync(vault, "over")).Message, StringComparison.Ordinal);
        Assert.Contains("is before its beginning", (await FaultAsync(vault, "early")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VaultOfAnotherAudience_AcceptsNoToken_AndTheFaultIsNoEnd()
    {
        await using var vault = await VaultStandIn.StartAsync();
        vault.Set("a", "value");
        vault.Accepted = "https://vault.other.test";
        var fault = await FaultAsync(vault, "a");
        Assert.Contains("the vault does not accept the token of the identity (status 401)", fault.Message, StringComparison.Ordinal);
        Assert.False(fault.IsGone);
    }

    [Theory]
    [InlineData("https://storage.azure.com")]
    [InlineData("https://other.test")]
    [InlineData("https://evilvault.test")]
    [Trait("Requirement", "E05")]
    public async Task ChallengeForAResourceOfAnotherHost_GetsNoToken(string resource)
    {
        // A host of its own: the client remembers challenges by host.
        await using var vault = await VaultStandIn.StartAsync($"c{resource.Length}.vault.test");
        vault.Set("a", "value");
        vault.Challenged = resource;
        await FaultAsync(vault, "a");
        Assert.Empty(vault.Tokens);
        Assert.DoesNotContain(resource, IdentityStandIn.Given);
    }

    [Fact]
    public async Task IdentityWithoutTheRight_IsNamed_AndTheTextOfTheVaultIsNot()
    {
        await using var vault = await VaultStandIn.StartAsync();
        vault.Set("a", "value");
        vault.Instead = static async context =>
        {
            await VaultStandIn.RefuseAsync(context, 403, "Forbidden", "ForbiddenByRbac");
            return true;
        };
        var fault = await FaultAsync(vault, "a");
        Assert.Contains("give the identity the role Key Vault Secrets User", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", fault.Message, StringComparison.Ordinal);
        Assert.False(fault.IsGone);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task BusyVault_IsAskedAgain(int status)
    {
        await using var vault = await VaultStandIn.StartAsync();
        vault.Set("a", "value");
        var left = 2;
        vault.Instead = async context =>
        {
            if (left-- == 0) return false;
            context.Response.Headers["retry-after-ms"] = "1";
            await VaultStandIn.RefuseAsync(context, status, "Throttled");
            return true;
        };
        Assert.Equal("value", await ReadAsync(vault, "a"));
        Assert.Equal(3, vault.Reads.Count);
    }

    [Theory]
    [InlineData(429, "limits the rate of requests (status 429)")]
    [InlineData(503, "the vault answers with status 503")]
    public async Task VaultThatStaysBusy_IsAskedThreeTimes(int status, string words)
    {
        await using var vault = await VaultStandIn.StartAsync();
        vault.Instead = async context =>
        {
            context.Response.Headers["retry-after-ms"] = "1";
            await VaultStandIn.RefuseAsync(context, status, "Throttled");
            return true;
        };
        var fault = await FaultAsync(vault, "a");
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.False(fault.IsGone);
        Assert.Equal(3, vault.Reads.Count);
    }

    [Theory]
    [InlineData("<html><body>Sign in canary</body></html>", "text/html")]
    [InlineData("", "application/json")]
    [InlineData("[]", "application/json")]
    [InlineData("{\"value\":7,\"id\":\"canary\"}", "application/json")]
    [InlineData("{\"value\":\"canary\"}", "application/json")]
    public async Task AnswerThatIsNoSecret_IsAFault_InWordsOfOurOwn(string body, string type)
    {
        await using var vault = await VaultStandIn.StartAsync();
        vault.Instead = async context =>
        {
            context.Response.ContentType = type;
            await context.Response.WriteAsync(body);
            return true;
        };
        var fault = await FaultAsync(vault, "a");
        Assert.DoesNotContain("canary", fault.Message, StringComparison.Ordinal);
        Assert.False(fault.IsGone);
    }

    [Fact]
    public async Task AnswerWithAnotherSecret_IsAFault()
    {
        await using var vault = await VaultStandIn.StartAsync();
        vault.Set("a", "value");
        vault.Instead = context =>
        {
            context.Request.Path = "/secrets/b";
            return Task.FromResult(false);
        };
        vault.Set("b", "canary");
        Assert.Contains("answered with another secret", (await FaultAsync(vault, "a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "E05")]
    public async Task Redirect_IsNotFollowed_AndTheTokenStays()
    {
        await using var vault = await VaultStandIn.StartAsync();
        await using var other = await VaultStandIn.StartAsync("other.vault.test");
        other.Set("a", "value");
        vault.Instead = context =>
        {
            context.Response.Redirect(new Uri(other.Url, "/secrets/a").ToString());
            return Task.FromResult(true);
        };
        Assert.Contains("redirect (status 302)", (await FaultAsync(vault, "a")).Message, StringComparison.Ordinal);
        Assert.Equal(0, other.Requests);
    }

    [Fact]
    public async Task AnswerWithoutEnd_IsNotReadToItsEnd()
    {
        await using var vault = await VaultStandIn.StartAsync();
        vault.Instead = static async context =>
        {
            var block = Encoding.ASCII.GetBytes(new string(' ', 64 << 10));
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(block, context.RequestAborted);
            return true;
        };
        Assert.Contains("larger than the gateway reads", (await FaultAsync(vault, "a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "E03")]
    public async Task VaultWhoseNameLeadsToTheMetadataService_IsNotReached()
    {
        using var clients = await TestClients.StartAsync();
        var settings = new VaultSettings { Name = "main", Url = new Uri($"https://{StandInNames.Metadata}") };
        var fault = await FaultAsync(clients, settings);
        Assert.Contains("no address of metadata.vault.test may be connected to", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CertificateThatNobodyTrusts_IsAFault()
    {
        await using var vault = await VaultStandIn.StartAsync();
        await IdentityStandIn.GetAsync();
        using var clients = new AzureClients(new OutboundHandlers(new StandInNames()), TimeProvider.System);
        var fault = await FaultAsync(clients, vault.Settings());
        Assert.Contains("the certificate of the address is not accepted", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, vault.Requests);
    }

    [Fact]
    public async Task IdentityThatIsNotAssigned_IsNamed_AndTheTextOfTheEndpointIsNot()
    {
        await using var vault = await VaultStandIn.StartAsync();
        using var clients = await TestClients.StartAsync();
        var settings = vault.Settings() with { ClientId = "0c1d2e3f-0000-4000-8000-00000000000f" };
        var fault = await FaultAsync(clients, settings);
        Assert.Contains("the managed identity gives no token; assign one", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", fault.Message, StringComparison.Ordinal);
        Assert.Empty(vault.Tokens);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<string> ReadAsync(VaultStandIn vault, string name, string? version = null)
    {
        using var clients = await TestClients.StartAsync();
        return (await clients.Vaults.ReadAsync(vault.Settings(), new KeyVaultName("main", name, version), Cancellation)).Value.Reveal().ToString();
    }

    private static Task<VaultReadException> FaultAsync(AzureClients clients, VaultSettings vault) =>
        Assert.ThrowsAsync<VaultReadException>(() => clients.Vaults.ReadAsync(vault, new KeyVaultName("main", "a", null), Cancellation));

    private static async Task<VaultReadException> FaultAsync(VaultStandIn vault, string name, string? version = null)
    {
        using var clients = await TestClients.StartAsync();
        return await Assert.ThrowsAsync<VaultReadException>(
            () => clients.Vaults.ReadAsync(vault.Settings(), new KeyVaultName("main", name, version), Cancellation));
    }
}
