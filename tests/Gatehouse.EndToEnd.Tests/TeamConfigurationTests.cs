namespace Gatehouse.EndToEnd.Tests;

/// <summary>
/// Commands beside the gateway take the configuration that <c>serve</c> takes: that of a team, with an identity provider and an address off loopback,
/// and that of <c>serve --dev</c>, without one.
/// </summary>
public sealed class TeamConfigurationTests : IDisposable
{
    private const string Team = """
        version: 1
        publicUrl: https://mcp.example.com
        listen: { url: "https://0.0.0.0:8443", certificate: /etc/gatehouse/tls/fullchain.pem, key: /etc/gatehouse/tls/key.pem }
        state: STATE
        issuers:
          - issuer: https://login.example.com
        servers:
          tickets: { url: "https://tickets.internal.example.com/mcp" }
        policy:
          - id: staff
            permit: { groups: [staff], servers: [tickets] }
        """;

    private const string Development = """
        version: 1
        publicUrl: http://127.0.0.1:8080
        state: STATE
        servers:
          tickets: { url: "http://127.0.0.1:9/mcp" }
        policy:
          - id: staff
            permit: { groups: [staff], servers: [tickets] }
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-team-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("policy diff FILE FILE")]
    [InlineData("status --config FILE")]
    [InlineData("session list --config FILE")]
    [InlineData("audit verify --config FILE")]
    [InlineData("lock approve --gateway --config FILE")]
    public async Task EveryCommand_TakesBothForms(string line)
    {
        foreach (var (text, check) in new[] { (Team, "config check --config FILE"), (Development, "config check --dev --config FILE") })
        {
            var file = Path.Join(folder.FullName, "gatehouse.yaml");
            await File.WriteAllTextAsync(file, text.Replace("STATE", Path.Join(folder.FullName, "state"), StringComparison.Ordinal),
                TestContext.Current.CancellationToken);
            Assert.Equal(0, (await RunAsync(check, file)).Code);
            var errors = (await RunAsync(line, file)).Errors;
            Assert.DoesNotContain("--dev", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("issuers", errors, StringComparison.Ordinal);
        }
    }

    // A fault that neither form has is reported once, without those of the other form.
    [Fact]
    public async Task AFaultOfTheFile_IsTheOnlyOneReported()
    {
        var file = Path.Join(folder.FullName, "gatehouse.yaml");
        await File.WriteAllTextAsync(file, Development.Replace("STATE", folder.FullName, StringComparison.Ordinal) + "\nservres: 1\n",
            TestContext.Current.CancellationToken);
        var errors = (await RunAsync("status --config FILE", file)).Errors;
        Assert.Contains("servres", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("issuers:", errors, StringComparison.Ordinal);
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(string line, string file) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, line.Replace("FILE", file, StringComparison.Ordinal).Split(' ')));
}
