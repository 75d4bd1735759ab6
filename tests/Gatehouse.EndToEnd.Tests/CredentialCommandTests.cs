using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Gateway.Tests;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse credential</c> and <c>gatehouse doctor credentials</c> as they are delivered, without a gateway that runs.</summary>
[Trait("Requirement", "AZ-08")]
public sealed class CredentialCommandTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-credentials-");
    private OutsideIssuer issuer = null!;

    private string Config => Path.Join(folder.FullName, "gatehouse.yaml");

    public async ValueTask InitializeAsync()
    {
        issuer = await OutsideIssuer.StartAsync();
        var origin = new Uri(issuer.Origin).GetLeftPart(UriPartial.Authority);
        issuer.Metadata["/.well-known/oauth-protected-resource/mcp"] = new JsonObject
        { ["resource"] = origin + "/mcp", ["authorization_servers"] = new JsonArray(issuer.Origin), ["scopes_supported"] = new JsonArray("read") };
        var secret = Path.Join(folder.FullName, "secret");
        await File.WriteAllTextAsync(secret, "canary-of-a-credential");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(Config,
            $$"""
            version: 1
            publicUrl: http://127.0.0.1:8080
            state: {{folder.FullName}}/state
            issuers: [{ issuer: "{{issuer.Origin}}", name: corp, client: { id: gatehouse, secret: "file:{{secret}}" } }]
            servers:
              crm: { url: "{{origin}}/mcp", credential: { tokenExchange: { issuer: corp, audience: crm, scopes: [read, write] } } }
              legacy: { url: "{{origin}}/legacy", path: /legacy, credential: { header: X-Api-Key, value: "file:{{secret}}" } }
              older: { url: "{{origin}}/older", path: /older, credential: { header: X-Api-Key, value: "file:{{secret}}" } }
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await issuer.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Doctor_TriesEachCredential_AndSaysWhatToChange()
    {
        var (code, output, errors) = await RunAsync("doctor", "credentials");
        Assert.True(code == 1, output + errors);
        Assert.Contains("fails   crm  tokenExchange by " + issuer.Origin, output, StringComparison.Ordinal);
        Assert.Contains("works   legacy  value by file:", output, StringComparison.Ordinal);
        Assert.DoesNotContain("canary-of-a-credential", output + errors, StringComparison.Ordinal);
        (code, output, _) = await RunAsync("credential", "test", "older");
        Assert.True(code == 0 && !output.Contains("crm", StringComparison.Ordinal), output);
        (code, _, errors) = await RunAsync("credential", "test", "other");
        Assert.True(code == 2 && errors.Contains("use one of: crm, legacy, older", StringComparison.Ordinal), errors);
    }

    [Fact]
    public async Task Review_NamesWhatIsSharedAndTooBroad_AndWritesTheSmallerConfiguration()
    {
        var (code, output, errors) = await RunAsync("credential", "review");
        Assert.True(code == 1, output + errors);
        Assert.Contains("the server takes: read", output, StringComparison.Ordinal);
        Assert.Contains("broad: the server takes none of: write", output, StringComparison.Ordinal);
        Assert.Contains("shared: the same credential is that of older", output, StringComparison.Ordinal);
        (_, output, _) = await RunAsync("credential", "review", "--propose");
        Assert.Equal("servers:\n  crm:\n    credential: { tokenExchange: { scopes: [\"read\"] } }\n", output.ReplaceLineEndings("\n"));
        (_, output, _) = await RunAsync("credential", "review", "--server", "crm", "--json");
        using var json = JsonDocument.Parse(output);
        var one = Assert.Single(json.RootElement.GetProperty("credentialReview").EnumerateArray());
        Assert.Equal(("crm", "read"), (one.GetProperty("server").GetString(), one.GetProperty("smaller")[0].GetString()));
    }

    // Acts on a running gateway, from the outside of one.
    [Theory]
    [InlineData("list")]
    [InlineData("refresh crm")]
    [InlineData("disconnect crm --subject alice")]
    public async Task AnActWithoutAGateway_SaysThatNoneRuns(string words)
    {
        var (code, _, errors) = await RunAsync(["credential", .. words.Split(' ')]);
        Assert.True(code == 3 && errors.Contains("no gateway", StringComparison.OrdinalIgnoreCase), errors);
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] words) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, [.. words, "--config", Config]));
}
