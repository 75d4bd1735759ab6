using System.Globalization;
using System.Text.Json;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests.Harness;

/// <summary>
/// A gateway with --dev, a configuration of two files, and commands beside it, for classes of tests about configurations that derive from it.
/// </summary>
public abstract class ConfiguredGateway : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-configured-");
    private readonly string url = $"http://127.0.0.1:{LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)}";
    private OutsideIssuer? issuer; // of administrators: a token of --dev is for a server

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        issuer = await OutsideIssuer.StartAsync();
        await File.WriteAllTextAsync(Config, $"""
            version: 1
            publicUrl: {url}
            listen:
              url: {url}
            state: {State}
            issuers:
              - issuer: {issuer.Origin}
            administration:
              who:
                issuers: [{issuer.Origin}]
                subjects: [developer]
            servers:
              up:
                url: http://127.0.0.1:1/
            policyFiles: [team.yaml]

            """);
        WritePolicy("alice");
    }

    /// <summary>The folder of the files, the state and the token.</summary>
    protected string Folder => folder.FullName;

    /// <summary>The main file.</summary>
    protected string Config => Path.Combine(Folder, "gatehouse.yaml");

    /// <summary>The file of the policy.</summary>
    protected string Policy => Path.Combine(Folder, "team.yaml");

    /// <summary>The state folder.</summary>
    protected string State => Path.Combine(Folder, "state");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (issuer is not null) await issuer.DisposeAsync();
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    /// <summary>Starts the process.</summary>
    internal Task<HostedProcess> ServeAsync() =>
        HostedProcess.StartAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "serve", "--dev", "--config", Config));

    /// <summary>Writes the policy for a person.</summary>
    protected void WritePolicy(string who) =>
        File.WriteAllText(Policy, $"version: 1\nrules:\n  - id: team\n    permit:\n      subjects: [{who}]\n      servers: [up]\n");

    /// <summary>Runs a command with the main file, or with the arguments as they are where they name a state folder.</summary>
    protected Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, arguments.Contains("--state") ? arguments : [.. arguments, "--config", Config]));

    /// <summary>The history, the newest change first.</summary>
    /// <param name="more">Further arguments.</param>
    protected async Task<IReadOnlyList<JsonElement>> HistoryAsync(params string[] more)
    {
        var (code, output, errors) = await RunAsync(["config", "history", "--json", .. more]);
        Assert.True(code == 0, errors);
        var json = JsonSerializer.Deserialize<JsonElement>(output);
        Assert.Equal((1, "configurations"), (json.GetProperty("version").GetInt32(), json.GetProperty("kind").GetString()));
        return [.. json.GetProperty("configurations").EnumerateArray()];
    }

    /// <summary>A file with a token of the administrator.</summary>
    protected async Task<string> TokenAsync()
    {
        var file = Path.Combine(Folder, "admin.token");
        await File.WriteAllTextAsync(file, issuer!.Mint(url + "/admin", static claims => claims["sub"] = "developer"));
        return file;
    }
}
