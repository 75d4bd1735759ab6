using System.Globalization;
using System.Text.Json;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>Answers of <c>gatehouse config diff|rollback</c> about configurations whose texts are not kept, or were in force at no time.</summary>
[Trait("Requirement", "CO-02")]
public sealed class StoredConfigurationAnswerTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-stored-");
    private readonly string url = $"http://127.0.0.1:{LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)}";

    public StoredConfigurationAnswerTests()
    {
        File.WriteAllText(Config, $$"""
            version: 1
            publicUrl: {{url}}
            listen:
              url: {{url}}
            state: {{State}}
            administration:
              audience: {{url}}/mcp/up
              who:
                subjects: [developer]
            servers:
              up:
                url: http://127.0.0.1:1/
            policyFiles: [team.yaml]

            """);
        WritePolicy("alice");
    }

    private string Config => Path.Combine(folder.FullName, "gatehouse.yaml");

    private string Policy => Path.Combine(folder.FullName, "team.yaml");

    private string State => Path.Combine(folder.FullName, "state");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task AConfigurationThatWasRefused_IsNotCalledUnknown()
    {
        await using var gateway = await ServeAsync();
        await File.AppendAllTextAsync(Policy, "unknown: 1\n");
        Assert.Equal(1, (await RunAsync("reload")).Code);
        var refused = (await HistoryAsync())[0];
        Assert.Equal("refused", Text(refused, "outcome"));
        var (code, _, errors) = await RunAsync("config", "rollback", Text(refused, "digest")[..12], "--dry-run", "--state", State);
        Assert.True(code == 3, errors);
        Assert.Contains("was refused and never in force, and its texts are not kept", errors, StringComparison.Ordinal);
    }

    // No process had the replaced files with its flags and variables, so none are stored with them.
    [Fact]
    public async Task FilesThatARollbackReplaced_AreComparedWithoutFlagsAndVariables()
    {
        await using var gateway = await ServeAsync();
        WritePolicy("bob");
        Assert.Equal(0, (await RunAsync("reload")).Code);
        var first = Text((await HistoryAsync())[1], "digest");
        WritePolicy("carol");
        var (code, _, errors) = await RunAsync("config", "rollback", first, "--reason", "ticket 4711", "--force", "--token-file", await TokenAsync());
        Assert.True(code == 0, errors);
        var replaced = Text((await HistoryAsync())[0], "replaced");
        (code, var output, errors) = await RunAsync("config", "diff", replaced[..12], "in-force");
        Assert.True(code == 1, errors);
        Assert.Contains("-      subjects: [carol]\n+      subjects: [alice]\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("flags and variables", output, StringComparison.Ordinal);
        Assert.Contains($"flags and variables are not compared: none are stored with {replaced[..12]}", errors, StringComparison.Ordinal);
    }

    private static string Text(JsonElement one, string name) => one.GetProperty(name).GetString()!;

    private async Task<IReadOnlyList<JsonElement>> HistoryAsync()
    {
        var (code, output, errors) = await RunAsync("config", "history", "--json", "--state", State);
        Assert.True(code == 0, errors);
        return [.. JsonSerializer.Deserialize<JsonElement>(output).GetProperty("configurations").EnumerateArray()];
    }

    private async Task<string> TokenAsync()
    {
        var file = Path.Combine(folder.FullName, "admin.token");
        await File.WriteAllTextAsync(file, (await RunAsync("token")).Output);
        return file;
    }

    private Task<HostedProcess> ServeAsync() =>
        HostedProcess.StartAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "serve", "--dev", "--config", Config));

    private void WritePolicy(string who) =>
        File.WriteAllText(Policy, $"version: 1\nrules:\n  - id: team\n    permit:\n      subjects: [{who}]\n      servers: [up]\n");

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, arguments.Contains("--state") ? arguments : [.. arguments, "--config", Config]));
}
