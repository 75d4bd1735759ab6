using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EntraStandIn;
using Gatehouse.Gateway.Access.Entra;
using Gatehouse.Identity.Bearer;
using Gatehouse.Outbound;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Access.Entra;

/// <summary>The questions to the login service and to Microsoft Graph, and the answers that count.</summary>
[Trait("Requirement", "AZ-04")]
public sealed class EntraGraphTests
{
    private static readonly EntraAssignment Group = new(EntraAssignmentKind.Group, Guid.Parse(Tenant.Group));
    private static readonly Guid Person = Guid.Parse(Tenant.AliceId);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Application_SignsInWithSecretOrCertificate(bool withCertificate)
    {
        var clock = new ManualTimeProvider();
        await using var entra = await EntraGateway.StandInAsync(clock);
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=gateway", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        if (withCertificate) entra.Registered.Change(Tenant.Gateway, one => one with { Secret = null, Certificate = certificate });
        entra.TokenLife = 3600;
        entra.Access.Member();
        using var graph = Connect(entra, clock, withCertificate ? $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}" : null);
        Assert.Single(await FindAsync(graph));
        Assert.Single(await FindAsync(graph));
        Assert.Equal((1, 2), (entra.SignedIn, entra.Access.Asked));
        clock.Advance(TimeSpan.FromSeconds(3600 - 30)); // a token is not used up to its last second
        Assert.Single(await FindAsync(graph));
        Assert.Equal(2, entra.SignedIn);
        Assert.Empty(entra.Faults);
    }

    [Fact]
    public async Task WrongCredential_IsAFault_WithTheNumberOfTheService()
    {
        var clock = new ManualTimeProvider();
        await using var entra = await EntraGateway.StandInAsync(clock);
        using var graph = Connect(entra, clock, secret: "wrong-secret");
        var fault = await Assert.ThrowsAsync<EntraFaultException>(() => FindAsync(graph));
        Assert.Equal($"the token endpoint of {entra.Authority}/v2.0 answered with status 401: invalid_client (AADSTS7000215)", fault.Message);
    }

    [Fact]
    public async Task TokenThatGraphRefuses_IsNotUsedAgain()
    {
        var clock = new ManualTimeProvider();
        await using var entra = await EntraGateway.StandInAsync(clock);
        entra.Access.Member();
        using var graph = Connect(entra, clock);
        entra.Access.Instead = static async context =>
        {
            await EntraGateway.WriteAsync(context, 401, "{}");
            return true;
        };
        await Assert.ThrowsAsync<EntraFaultException>(() => FindAsync(graph));
        entra.Access.Instead = null;
        Assert.Single(await FindAsync(graph));
        Assert.Equal(2, entra.SignedIn);
    }

    [Fact]
    public async Task PagesAreFollowed_ToABound()
    {
        var clock = new ManualTimeProvider();
        await using var entra = await EntraGateway.StandInAsync(clock);
        for (var number = 0; number < EntraGraph.MostPages; number++) entra.Access.Member(end: clock.GetUtcNow().AddHours(number + 1));
        entra.Access.PageSize = 1;
        using var graph = Connect(entra, clock);
        Assert.Equal(EntraGraph.MostPages, (await FindAsync(graph)).Count);
        entra.Access.Member();
        Assert.Contains("too many pages", (await Assert.ThrowsAsync<EntraFaultException>(() => FindAsync(graph))).Message, StringComparison.Ordinal);
    }

    // Threat: the next page is at another host, which would receive the token of the application.
    [Fact]
    public async Task PageAtAnotherOrigin_IsNotAskedFor()
    {
        var clock = new ManualTimeProvider();
        await using var entra = await EntraGateway.StandInAsync(clock);
        await using var other = await EntraGateway.StandInAsync(clock);
        entra.Access.Member();
        entra.Access.Member();
        (entra.Access.PageSize, entra.Access.NextOrigin) = (1, other.Origin);
        using var graph = Connect(entra, clock);
        Assert.Contains("another address", (await Assert.ThrowsAsync<EntraFaultException>(() => FindAsync(graph))).Message, StringComparison.Ordinal);
        Assert.Empty(other.Faults);
    }

    [Theory]
    [InlineData(403, "{}", "status 403")]
    [InlineData(404, "{}", "status 404")]
    [InlineData(500, "<html>", "status 500")]
    [InlineData(301, "", "status 301")]
    [InlineData(200, "[]", "not JSON")]
    [InlineData(200, "{\"value\":[]", "not JSON")]
    [InlineData(200, "{\"value\":[],\"value\":[]}", "not JSON")]
    [InlineData(200, "{}", "no list")]
    [InlineData(200, "{\"value\":{}}", "no list")]
    [InlineData(200, "{\"value\":[7]}", "not about what was asked")]
    [InlineData(200, "{\"value\":[],\"@odata.nextLink\":7}", "another address")]
    [InlineData(200, "{\"value\":[],\"@odata.nextLink\":\"/v1.0/other\"}", "another address")]
    [InlineData(200, "PERSON", "not about what was asked")]
    [InlineData(200, "GROUP", "not about what was asked")]
    [InlineData(200, "TIME", "endDateTime")]
    [InlineData(200, "NUMBER", "endDateTime")]
    [InlineData(200, "LARGE", "larger than")]
    public async Task AnswerThatIsNotAsDescribed_IsAFault(int status, string body, string message)
    {
        var clock = new ManualTimeProvider();
        await using var entra = await EntraGateway.StandInAsync(clock);
        using var graph = Connect(entra, clock);
        entra.Access.Instead = async context =>
        {
            if (status == 301) context.Response.Headers.Location = entra.Origin + "/elsewhere";
            await EntraGateway.WriteAsync(context, status, body switch
            {
                "PERSON" => Entry(principal: "aaaaaaaa-0000-4000-8000-00000000b0b0"),
                "GROUP" => Entry(group: "bbbbbbbb-0000-4000-8000-000000000002"),
                "TIME" => Entry(end: "\"tomorrow\""),
                "NUMBER" => Entry(end: "7"),
                "LARGE" => "{\"value\":[],\"x\":\"" + new string('x', EntraGraph.MostBytes) + "\"}",
                _ => body,
            });
            return true;
        };
        Assert.Contains(message, (await Assert.ThrowsAsync<EntraFaultException>(() => FindAsync(graph))).Message, StringComparison.Ordinal);
        Assert.Empty(entra.Faults);

        static string Entry(string principal = Tenant.AliceId, string group = Tenant.Group, string end = "null") =>
            $$"""{"value":[{"principalId":"{{principal}}","groupId":"{{group}}","accessId":"member","startDateTime":null,"endDateTime":{{end}} }]}""";
    }

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(503, "86400", 300)]
    [InlineData(429, null, 10)]
    [InlineData(500, "7", null)]
    public async Task PauseThatTheServiceAsksFor_IsTakenOver_ToABound(int status, string? header, int? seconds)
    {
        var clock = new ManualTimeProvider();
        await using var entra = await EntraGateway.StandInAsync(clock);
        using var graph = Connect(entra, clock);
        entra.Access.Instead = async context =>
        {
            if (header is not null) context.Response.Headers.RetryAfter = header;
            await EntraGateway.WriteAsync(context, status, "{}");
            return true;
        };
        var fault = await Assert.ThrowsAsync<EntraFaultException>(() => FindAsync(graph));
        Assert.Equal(seconds is { } number ? TimeSpan.FromSeconds(number) : null, fault.Pause);
    }

    private static Task<IReadOnlyList<EntraPeriod>> FindAsync(EntraGraph graph) =>
        graph.FindAsync(Group, Person, TestContext.Current.CancellationToken);

    private static EntraGraph Connect(StandIn entra, TimeProvider clock, string? certificate = null, string secret = Tenant.GatewaySecret) => new(
        new IssuerSettings
        {
            Issuer = $"{entra.Authority}/v2.0",
            Profile = IssuerProfileName.Entra,
            Client = new IssuerClientSettings
            {
                Id = Tenant.Gateway,
                Secret = certificate is null ? new SecretReference("env", "UNUSED") : null,
                Certificate = certificate is null ? null : new SecretReference("env", "UNUSED"),
            },
            Graph = new EntraGraphSettings { Origin = new Uri(entra.Origin) },
        },
        Guid.Parse(Tenant.Id), new OutboundHandlers(new SystemNameResolver()), _ => new SecretText(certificate ?? secret), clock);
}
