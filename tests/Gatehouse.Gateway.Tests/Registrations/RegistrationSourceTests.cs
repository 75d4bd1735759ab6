using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Gatehouse.Gateway.Access.Entra;
using Gatehouse.Gateway.Registrations;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Registrations;

/// <summary>The doctor asks Microsoft Graph for a registration with the connection of an issuer.</summary>
[Trait("Requirement", "EN-04")]
public sealed class RegistrationSourceTests : IAsyncLifetime
{
    private const string Tenant = "11111111-1111-4111-8111-111111111111";
    private const string Application = $"/v1.0/applications(appId='{SampleRegistration.App}')";
    private const string Principal = $"/v1.0/servicePrincipals(appId='{SampleRegistration.App}')";

    private readonly ConcurrentDictionary<string, string> answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> asked = new();
    private readonly string secret = Path.GetTempFileName();
    private WebApplication web = null!;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(secret, "a secret");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static k => k.Listen(IPAddress.Loopback, 0));
        web = builder.Build();
        web.Run(AnswerAsync);
        await web.StartAsync(TestContext.Current.CancellationToken);
        var registration = SampleRegistration.Good(RegisteredKind.Remote);
        registration.Remove("owners");
        registration.Remove("federatedIdentityCredentials");
        answers[Application] = registration.ToJsonString();
        foreach (var list in (string[])[Application + "/owners", Application + "/federatedIdentityCredentials",
            Principal + "/oauth2PermissionGrants", Principal + "/appRoleAssignments"]) answers[list] = """{ "value": [] }""";
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        File.Delete(secret);
    }

    [Fact]
    public async Task RegistrationOwnersCredentialsAndGrants_AreFetchedAndJudged()
    {
        answers[Principal + "/appRoleAssignments"] = """
            { "value": [{ "id": "a-1", "principalId": "99999999-9999-4999-8999-999999999999", "appRoleId": "19dbc75e-c2e2-444c-a770-ec69d8559fc7" }] }
            """;
        var app = await FetchAsync();
        var demands = SampleRegistration.Demands(RegisteredKind.Remote);
        Assert.Equal(["no-owner", "grant-wide"], RegistrationDoctor.Examine(app, demands).Select(static one => one.Rule.Id));
        Assert.Empty(RegistrationDoctor.NotJudged(app, demands));
        Assert.Equal(5, asked.Count);
    }

    // Half of the grants would look like all of them, and a list that is refused would look like an empty one.
    [Fact]
    public async Task AListThatIsRefused_IsNotJudged()
    {
        answers.TryRemove(Principal + "/oauth2PermissionGrants", out _);
        answers.TryRemove(Application + "/owners", out _);
        var app = await FetchAsync();
        Assert.Null(app.Owners);
        Assert.Null(app.Grants);
        Assert.NotNull(app.Federated);
    }

    [Fact]
    public async Task ARegistrationThatIsNotGiven_IsAFault()
    {
        answers.TryRemove(Application, out _);
        Assert.Contains("status 403", (await Assert.ThrowsAsync<EntraFaultException>(FetchAsync)).Message, StringComparison.Ordinal);
    }

    private async Task<AppRegistration> FetchAsync()
    {
        var origin = new Uri(web.Urls.First());
        var issuer = new IssuerSettings
        {
            Issuer = $"{origin}{Tenant}/v2.0",
            Client = new IssuerClientSettings { Id = SampleRegistration.App, Secret = new SecretReference("file", secret) },
            Graph = new EntraGraphSettings { Origin = origin },
        };
        var configuration = new GatewaySettings
        { PublicUrl = origin, Listen = new ListenSettings(), Servers = [], Issuers = [issuer], StateDirectory = "/nowhere" };
        using var graph = await RegistrationSource.ConnectAsync(issuer, configuration, TimeProvider.System);
        return await RegistrationSource.FetchAsync(
            graph, Guid.Parse(SampleRegistration.App), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var isToken = path == $"/{Tenant}/oauth2/v2.0/token";
        var isSignedIn = context.Request.Headers.Authorization == "Bearer good-token";
        var isMetadata = path == $"/{Tenant}/v2.0/.well-known/openid-configuration";
        if (!isToken && !isMetadata) asked.Enqueue(path);
        var origin = web.Urls.First();
        var answer = isMetadata ? $$"""{ "issuer": "{{origin}}/{{Tenant}}/v2.0", "token_endpoint": "{{origin}}/{{Tenant}}/oauth2/v2.0/token" }"""
            : isToken ? """{ "token_type": "Bearer", "access_token": "good-token", "expires_in": 3599 }"""
            : isSignedIn && context.Request.Method == "GET" ? answers.GetValueOrDefault(path) : null;
        context.Response.StatusCode = answer is null ? StatusCodes.Status403Forbidden : StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(answer ?? """{ "error": { "code": "Authorization_RequestDenied" } }"""));
    }
}
