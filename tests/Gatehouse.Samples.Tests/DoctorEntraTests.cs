using EntraStandIn;

namespace Gatehouse.Samples.Tests;

/// <summary><c>gatehouse doctor entra --app</c> asks the stand-in for the registrations of its tenant, with the connection of an issuer.</summary>
[Trait("Requirement", "EN-04")]
public sealed class DoctorEntraTests : IAsyncLifetime
{
    private Site site = null!;

    public async ValueTask InitializeAsync()
    {
        site = await Site.StartAsync();
        await WriteAsync("secret", Tenant.DoctorSecret);
        await WriteAsync("gatehouse.yaml", $$"""
            version: 1
            publicUrl: https://mcp.example.com
            listen: { url: "http://127.0.0.1:8080" }
            state: {{site.Folder}}/state
            issuers:
              - issuer: {{site.Entra.Origin}}/{{Tenant.Id}}/v2.0
                profile: entra
                client: { id: {{Tenant.Doctor}}, secret: "file:{{site.Folder}}/secret" }
                graph: { origin: {{site.Entra.Origin}} }
            servers: { tickets: { url: "https://tickets.example.com/mcp" } }
            policy: [{ id: staff, permit: { roles: [Mcp.Operator] } }]
            """);
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Theory]
    [InlineData(Tenant.LocalServer, "local", "GetUserDetailsFromGraph", "")]
    [InlineData(Tenant.LocalServerDevice, "local", "GetUserDetailsFromGraph", "device-code-allowed")]
    [InlineData(Tenant.KeylessServer, "remote", "getUserDetails", "redirect-left-over")]
    [InlineData(Tenant.Doctor, "gateway", "doctor-entra", "credential-long-lived")]
    [InlineData(Tenant.Classic, "remote", "getUserDetails",
        "fallback-public-client public-client-platform multi-tenant token-version redirect-wildcard redirect-left-over redirect-left-over "
            + "redirect-left-over permission-wide permission-wide permission-over-broad credential-near-expiry")]
    public async Task EachRegistrationOfTheStandIn_HasItsFindings(string app, string kind, string tool, string rules)
    {
        string[] url = kind == "remote" ? ["--url", "https://mcp.contoso.example/mcp"] : [];
        var (code, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll,
            ["doctor", "entra", "--kind", kind, "--app", app, "--config", Path.Join(site.Folder, "gatehouse.yaml"), "--tool", tool, .. url])
            .With("SSL_CERT_FILE", site.Entra.CertificateFile));
        Assert.True(code is 0 or 1, errors);
        Assert.Equal(rules.Split(' ', StringSplitOptions.RemoveEmptyEntries), output.Split('\n')
            .Where(static line => line.StartsWith("fails ", StringComparison.Ordinal) || line.StartsWith("limits", StringComparison.Ordinal))
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        Assert.Contains("not judged: owners", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("not judged: federated", errors, StringComparison.Ordinal);
        Assert.Equal(1, await site.RequestsAsync("token"));
    }

    private async Task WriteAsync(string name, string text)
    {
        var path = Path.Join(site.Folder, name);
        await File.WriteAllTextAsync(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
