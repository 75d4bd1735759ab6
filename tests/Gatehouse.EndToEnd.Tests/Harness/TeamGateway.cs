using System.Globalization;
using System.Text;
using System.Text.Json;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Tests;
using Gatehouse.Testing;

namespace Gatehouse.EndToEnd.Tests.Harness;

/// <summary>
/// A gateway of a team as a process: people with tokens of one provider, agents that call one server, and commands on the same machine. A class
/// of tests derives its own, with the rest of the configuration.
/// </summary>
internal abstract class TeamGateway(OutsideIssuer issuer, RecordingUpstream upstream) : IAsyncDisposable
{
    private const string Envelope = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-team-");
    // A held call waits until commands on this machine have answered it, however slow they are.
    private readonly HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly string url = $"http://127.0.0.1:{LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)}";
    private HostedProcess? gateway;

    /// <summary>Number of calls that reached the server.</summary>
    public int Calls => upstream.Of("tools/call").Count;

    /// <summary>The provider.</summary>
    public string Issuer => issuer.Origin;

    /// <summary>The folder of the configuration, the state and the tokens.</summary>
    public string Folder => folder.FullName;

    private string Configuration => Path.Join(folder.FullName, "gatehouse.yaml");

    /// <summary>Kills the process in the middle of its work, and starts another one with the same files.</summary>
    public async Task KillAndRestartAsync()
    {
        if (gateway is not null) await gateway.DisposeAsync();
        await StartProcessAsync();
    }

    /// <summary>Everything that the process has printed.</summary>
    public string Output => gateway!.Output;

    /// <summary>Sends the process a signal, such as TERM.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = System.Diagnostics.Process.Start("kill", ["-" + signal, gateway!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <inheritdoc cref="DescriptorLimit.TakeAsync"/>
    public Task<DescriptorLimit> WithoutDescriptorsAsync() => DescriptorLimit.TakeAsync(gateway!.Id);

    /// <summary>The socket of administration.</summary>
    public string ControlSocket => Path.Join(folder.FullName, "state", "control.sock");

    /// <summary>Waits for the end of the process, and returns its exit code.</summary>
    public Task<int> ExitedAsync() => gateway!.ExitedAsync();

    /// <summary>A file with a token of a person for the administration audience.</summary>
    public string TokenOf(string person, string client = "console") => Token(person, url + "/admin", client);

    /// <summary>A file with the token with which a person's agent calls the server.</summary>
    public string AgentToken(string person) => Token(person, url + "/mcp", "agent");

    public virtual async ValueTask DisposeAsync()
    {
        if (gateway is not null) await gateway.DisposeAsync();
        await upstream.DisposeAsync();
        await issuer.DisposeAsync();
        http.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>Writes the configuration, and starts the process.</summary>
    /// <param name="server">The name of the server.</param>
    /// <param name="rest">The lines behind those that every team has.</param>
    protected async Task ServeAsync(string server, string rest)
    {
        await File.WriteAllTextAsync(Configuration,
            $$"""
            version: 1
            publicUrl: {{url}}
            listen: { url: "{{url}}" }
            state: {{folder.FullName}}/state
            issuers: [{ issuer: "{{issuer.Origin}}" }]
            servers: { {{server}}: { path: /mcp, url: "{{upstream.Url}}", lists: { maxAge: 30s } } }
            {{rest}}
            """);
        await StartProcessAsync();
    }

    /// <summary>Calls the tool as the agent of a person.</summary>
    /// <param name="person">The person.</param>
    /// <param name="id">The id of the request.</param>
    /// <param name="arguments">The arguments, a JSON object.</param>
    /// <returns>The status and the text of the answer.</returns>
    protected async Task<(int Status, string Text)> CallAsync(string person, int id, string arguments)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url + "/mcp")
        {
            Content = new StringContent(
                $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"tools/call\",\"params\":{{\"name\":\"echo\",\"arguments\":{arguments},{Envelope}}}}}",
                Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + await File.ReadAllTextAsync(AgentToken(person)));
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", "2026-07-28");
        request.Headers.TryAddWithoutValidation("Mcp-Method", "tools/call");
        request.Headers.TryAddWithoutValidation("Mcp-Name", "echo");
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Runs a command in the session of the tests.</summary>
    protected Task<(int Code, string Output, string Errors)> InSessionAsync(string words) =>
        OneShot.RunAsync(new ProcessPlan("/bin/sh", ["-c", Line(words)]));

    /// <summary>Runs a command in a session without a terminal.</summary>
    protected Task<(int Code, string Output, string Errors)> InOwnSessionAsync(string words) =>
        OneShot.RunAsync(new ProcessPlan("setsid", ["--wait", "/bin/sh", "-c", Line(words)]));

    /// <summary>Runs a command with a terminal of its own, at which this word is typed.</summary>
    protected async Task<(int Code, string Text)> InTerminalAsync(string answer, string words)
    {
        var quoted = Line(words).Replace("\"", "\\\"", StringComparison.Ordinal);
        var (code, output, errors) = await OneShot.RunAsync(
            new ProcessPlan("/bin/sh", ["-c", $"printf '{answer}\\n' | script -qec \"{quoted}\" /dev/null"]));
        return (code, output + errors);
    }

    /// <summary>Starts a command that stays, with a pipe or with a terminal of its own.</summary>
    protected LiveCommand Stay(string words, bool atTerminal) => atTerminal
        ? LiveCommand.StartAtTerminal(Line(words))
        : LiveCommand.Start(ProcessPlan.Dotnet(Repository.GatewayDll, [.. words.Split(' '), "--config", Configuration]));

    /// <summary>Kills the process of the gateway.</summary>
    public async Task KillAsync()
    {
        await gateway!.DisposeAsync();
        gateway = null;
    }

    /// <summary>Returns the control entries whose act begins so, in their order.</summary>
    protected IEnumerable<JsonElement> Entries(string beginning) => OpenedLog.Read(Path.Join(folder.FullName, "state", "audit"), TimeProvider.System).Where(
        entry => entry.TryGetProperty("act", out var act) && act.GetString()!.StartsWith(beginning, StringComparison.Ordinal));

    private async Task StartProcessAsync() =>
        gateway = await HostedProcess.StartAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "serve", "--config", Configuration));

    private string Line(string words) => $"dotnet {Repository.GatewayDll} {words} --config {Configuration}";

    private string Token(string person, string audience, string client)
    {
        var path = Path.Join(folder.FullName, $"{person}-{client}-{Path.GetFileName(audience)}.token");
        File.WriteAllText(path, issuer.Mint(audience, claims =>
        {
            claims["sub"] = person;
            claims["client_id"] = client;
        }));
        return path;
    }
}
