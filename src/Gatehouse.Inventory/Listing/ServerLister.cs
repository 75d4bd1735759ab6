using System.Text;
using System.Text.Json;
using Gatehouse.Isolation;

namespace Gatehouse.Inventory;

/// <summary>
/// Starts a server that a person agreed to, lists its tools, and ends it. It gets the documented minimum of variables and its
/// own, may answer for a bounded time with a bounded amount, and is asked nothing but who it is and what tools it has.
/// </summary>
public static class ServerLister
{
    /// <summary>Time that a server has from start to last answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int MostBytes = 4 * 1024 * 1024;
    private const int MostTools = 1000;
    private const int MostPages = 50;
    private const string Modern = "2026-07-28";
    private const string Legacy = "2025-11-25";
    private const string Meta = "\"_meta\":" + """{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"gatehouse-scan","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}""";

    private static readonly TimeSpan DiscoverPatience = TimeSpan.FromSeconds(5);

    /// <summary>Lists the tools of a server.</summary>
    /// <returns>What it told, or why it could not be listed.</returns>
    public static async Task<(ListedServer? Listed, Gap? Gap)> ListAsync(StartRequest request, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(time);
        var what = $"tools of {request.Server.Name} ({request.Server.Client})";
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var options = new LocalProcessOptions
            {
                Command = request.Command, WorkingDirectory = request.Folder, Environment = ProcessEnvironment.Minimum(request.Environment), ShutdownGrace = TimeSpan.FromSeconds(2),
            };
            var process = LocalProcess.Start(options, static _ => { }, time);
            await using (process.ConfigureAwait(false))
            {
                return (await TalkAsync(process, request.Server, time, both.Token).ConfigureAwait(false), null);
            }
        }
        catch (Exception fault) when (fault is ProcessStartException or IOException or JsonException or ArgumentException or InvalidOperationException)
        {
            return (null, new Gap(what, fault is ProcessStartException ? fault.Message : "it did not speak MCP as expected", true));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, new Gap(what, "it did not answer in time", true));
        }
    }

    private static async Task<ListedServer> TalkAsync(LocalProcess process, ServerEntry server, TimeProvider time, CancellationToken stop)
    {
        using var lines = new LineReader(process.Output, MostBytes);
        var isModern = await DiscoverAsync(process, lines, time, stop).ConfigureAwait(false);
        var revision = Modern;
        if (!isModern)
        {
            var started = await AskAsync(process, lines, 2, "initialize", $$$"""{"protocolVersion":"{{{Legacy}}}","capabilities":{},"clientInfo":{"name":"gatehouse-scan","version":"1"}}""", stop).ConfigureAwait(false);
            revision = started.GetProperty("protocolVersion").GetString() ?? "unknown";
            await SendAsync(process, """{"jsonrpc":"2.0","method":"notifications/initialized"}""", stop).ConfigureAwait(false);
        }

        var tools = new List<ListedTool>();
        string? cursor = null;
        for (var page = 0; page < MostPages; page++)
        {
            var result = await AskAsync(process, lines, 10 + page, "tools/list", Parameters(isModern, cursor), stop).ConfigureAwait(false);
            foreach (var tool in result.GetProperty("tools").EnumerateArray())
            {
                if (tools.Count == MostTools) throw new InvalidOperationException("too many tools");
                tools.Add(new ListedTool(tool.GetProperty("name").GetString()!, tool.TryGetProperty("description", out var text) ? text.GetString() ?? "" : "", tool.GetRawText()));
            }

            cursor = result.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
            if (cursor is null) return new ListedServer(server, revision, tools);
        }

        throw new InvalidOperationException("too many pages");
    }

    // Row G19: a modern server is asked first; any error and silence mean the handshake of the older revisions.
    private static async Task<bool> DiscoverAsync(LocalProcess process, LineReader lines, TimeProvider time, CancellationToken stop)
    {
        await SendAsync(process, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":{" + Meta + "}}", stop).ConfigureAwait(false);
        var answer = lines.AnswerAsync(1, stop);
        try
        {
            var found = await answer.WaitAsync(DiscoverPatience, time, stop).ConfigureAwait(false);
            return found.TryGetProperty("result", out _);
        }
        catch (TimeoutException)
        {
            lines.GiveUp(1);
            return false;
        }
    }

    private static string Parameters(bool isModern, string? cursor)
    {
        var named = cursor is null ? "" : $"\"cursor\":{JsonSerializer.Serialize(cursor)}";
        var meta = isModern ? Meta : "";
        return "{" + named + (named.Length > 0 && meta.Length > 0 ? "," : "") + meta + "}";
    }

    private static async Task<JsonElement> AskAsync(LocalProcess process, LineReader lines, int id, string method, string parameters, CancellationToken stop)
    {
        await SendAsync(process, $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""", stop).ConfigureAwait(false);
        var answer = await lines.AnswerAsync(id, stop).ConfigureAwait(false);
        return answer.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException($"{method} failed");
    }

    private static async Task SendAsync(LocalProcess process, string line, CancellationToken stop)
    {
        await process.Input.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), stop).ConfigureAwait(false);
        await process.Input.FlushAsync(stop).ConfigureAwait(false);
    }
}
