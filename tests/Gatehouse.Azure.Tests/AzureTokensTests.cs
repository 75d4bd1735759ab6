using System.Text.Json.Nodes;
using Gatehouse.Azure.Tests.StandIns;
using Gatehouse.Outbound;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Azure.Tests;

/// <summary>Tokens for the identities of the platform, by Azure.Identity.</summary>
public sealed class AzureTokensTests
{
    private const string Tenant = "11111111-1111-4111-8111-111111111111";
    private const string Application = "22222222-2222-4222-8222-222222222222";

    [Fact]
    [Trait("Requirement", "ID-09")]
    public async Task ManagedIdentity_GivesATokenForTheResource_WithItsEnd()
    {
        using var clients = await TestClients.StartAsync();
        var (token, until) = await clients.Tokens.GetAsync(AzureIdentityKind.Managed, null, "https://storage.test", Cancellation);
        Assert.Equal(new Issued("https://storage.test", ""), Issued.Of(token.Reveal().ToString()));
        Assert.True(until > TimeProvider.System.GetUtcNow().AddHours(1), $"{until}");
        var (other, _) = await clients.Tokens.GetAsync(AzureIdentityKind.Managed, IdentityStandIn.ClientId, "https://storage.test", Cancellation);
        Assert.Equal(new Issued("https://storage.test", IdentityStandIn.ClientId), Issued.Of(other.Reveal().ToString()));
        Assert.Equal("***", $"{token}");
    }

    [Fact]
    public async Task IdentityThatIsNotAssigned_IsAFault_InWordsOfOurOwn()
    {
        using var clients = await TestClients.StartAsync();
        var fault = await Assert.ThrowsAsync<AzureTokenException>(async () =>
            await clients.Tokens.GetAsync(AzureIdentityKind.Managed, "0c1d2e3f-0000-4000-8000-00000000000f", "https://storage.test", Cancellation));
        Assert.Equal("the managed identity gives no token; assign one to this machine, container or app, and for a user-assigned identity name its clientId",
            fault.Message);
    }

    [Theory]
    [InlineData("IDENTITY_ENDPOINT", "http://10.0.0.5/msi/token")]
    [InlineData("IMDS_ENDPOINT", "http://attacker.example")]
    [InlineData("MSI_ENDPOINT", "https://169.254.169.254/")]
    [InlineData("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://localhost.attacker.example")]
    [InlineData("IDENTITY_ENDPOINT", "http://[::ffff:169.254.169.254]/")]
    [Trait("Requirement", "E03")]
    public async Task EndpointThatIsNeitherLoopbackNorLinkLocal_IsAFault_AndNothingIsSent(string name, string value)
    {
        using var parts = Parts(asked => asked == name ? value : null);
        var fault = await Assert.ThrowsAsync<AzureTokenException>(async () =>
            await parts.Tokens.GetAsync(AzureIdentityKind.Managed, null, "https://storage.test", Cancellation));
        Assert.Contains($"the variable {name} names an address that is neither loopback nor link-local", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:41741/msi/token", "127.0.0.1", 41741)]
    [InlineData("http://localhost:42356/msi/token", "localhost", 42356)]
    [InlineData("http://169.254.130.2:8081/msi/token", "169.254.130.2", 8081)]
    [InlineData("", "169.254.169.254", 80)]
    [InlineData("", "127.0.0.1", 40342)]
    public void EndpointsOfPlatforms_AreTheOnlyDestinations(string value, string host, int port)
    {
        var endpoints = IdentityEndpoints.Of(asked => asked == "IDENTITY_ENDPOINT" ? value : null);
        Assert.Null(endpoints.Refused);
        Assert.True(endpoints.Contains(new System.Net.DnsEndPoint(host, port)));
        Assert.False(endpoints.Contains(new System.Net.DnsEndPoint(host, port + 1)));
        Assert.False(endpoints.Contains(new System.Net.DnsEndPoint("169.254.169.253", 80)));
    }

    [Fact]
    [Trait("Requirement", "E03")]
    public async Task TrustOfThePlatform_ReachesNoOtherPlace_AndNoUrlGetsIt()
    {
        await using var vault = await VaultStandIn.StartAsync();
        var handlers = TestClients.Handlers();
        using (var identity = new HttpMessageInvoker(handlers.Create(IdentityEndpoints.Of(static _ => null), TimeSpan.FromMinutes(1))))
        {
            var refused = await Assert.ThrowsAsync<HttpRequestException>(
                () => identity.SendAsync(new HttpRequestMessage(HttpMethod.Get, vault.Url), Cancellation));
            Assert.IsType<DestinationRefusedException>(refused.InnerException);
        }

        Assert.Equal(0, vault.Requests);
        Assert.Throws<ArgumentOutOfRangeException>(() => handlers.Create(DestinationTrust.PlatformIdentity, [], TimeSpan.FromMinutes(1)));
        // The connector without endpoints, as a client gets it that was given the trust by mistake.
        var connector = handlers.Connector(DestinationTrust.PlatformIdentity, [], null);
        var place = new System.Net.DnsEndPoint("127.0.0.1", vault.Url.Port);
        await Assert.ThrowsAsync<DestinationRefusedException>(async () => await connector.ConnectAsync(place, Cancellation));
    }

    [Fact]
    [Trait("Requirement", "ID-09")]
    public async Task WorkloadIdentity_ExchangesTheTokenOfTheFile_AtTheLoginServiceOnly()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "token-of-the-cluster", Cancellation);
        IFormCollection? form = null;
        await using var login = await StandInWeb.StartAsync(async context =>
        {
            form = await context.Request.ReadFormAsync();
            await StandInWeb.JsonAsync(context, 200, new JsonObject
            {
                ["token_type"] = "Bearer",
                ["expires_in"] = 3600,
                ["access_token"] = Issued.Token("https://storage.test", Application),
            });
        }, isSecured: true);
        using var parts = Parts(Workload(login, file));
        var (token, _) = await parts.Tokens.GetAsync(AzureIdentityKind.Workload, null, "https://storage.test", Cancellation);
        Assert.Equal(Application, Issued.Of(token.Reveal().ToString())!.ClientId);
        Assert.Equal(("token-of-the-cluster", Application, "https://storage.test/.default", "client_credentials"),
            (form!["client_assertion"].ToString(), form["client_id"].ToString(), form["scope"].ToString(), form["grant_type"].ToString()));
        File.Delete(file);
    }

    [Fact]
    public async Task RefusalOfEntra_IsNamedByItsNumberOnly()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "token-of-the-cluster", Cancellation);
        await using var login = await StandInWeb.StartAsync(static context => StandInWeb.JsonAsync(context, 401, new JsonObject
        {
            ["error"] = "invalid_client",
            ["error_description"] = "AADSTS700213: No matching federated identity record canary",
        }), isSecured: true);
        using var parts = Parts(Workload(login, file));
        var fault = await Assert.ThrowsAsync<AzureTokenException>(async () =>
            await parts.Tokens.GetAsync(AzureIdentityKind.Workload, null, "https://storage.test", Cancellation));
        Assert.StartsWith("Entra gives no token for the workload identity (AADSTS700213); check that", fault.Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Theory]
    [InlineData("AZURE_TENANT_ID")]
    [InlineData("AZURE_CLIENT_ID")]
    [InlineData("AZURE_FEDERATED_TOKEN_FILE")]
    public async Task WorkloadIdentityWithoutItsVariables_IsAFault_ThatNamesTheVariable(string missing)
    {
        using var parts = Parts(asked => asked == missing || asked == "AZURE_AUTHORITY_HOST" ? null : Tenant);
        var fault = await Assert.ThrowsAsync<AzureTokenException>(async () =>
            await parts.Tokens.GetAsync(AzureIdentityKind.Workload, null, "https://storage.test", Cancellation));
        Assert.Contains($"the variable {missing} is not set", fault.Message, StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static AzureClients Parts(Func<string, string?> variable) => new(TestClients.Handlers(), TimeProvider.System, variable);

    private static Func<string, string?> Workload(WebApplication login, string file) => asked => asked switch
    {
        "AZURE_TENANT_ID" => Tenant,
        "AZURE_CLIENT_ID" => Application,
        "AZURE_FEDERATED_TOKEN_FILE" => file,
        "AZURE_AUTHORITY_HOST" => $"https://login.test:{StandInWeb.PortOf(login)}/",
        _ => null,
    };
}
