using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Inventory.Model;
using Gatehouse.Isolation;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Inventory.Listing;

/// <summary>
/// A listing of the definitions of a server to whose start a person agreed. The server is started, listed and ended. It gets the documented minimum
/// of variables and its own, may answer for a bounded time with a bounded amount, and is asked only for its identity and its lists.
/// </summary>
public static class ServerLister
{
    /// <summary>Time that a server has from start to last answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int MostBytes = 4 * 1024 * 1024;
    private const int MostEntries = 1000;
    private const int MostPages = 50;
    private const string Modern = "2026-07-28";
    private const string Legacy = "2025-11-25";
    private const string Meta = "\"_meta\":"
        + """{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"gatehouse-scan","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}""";

    // A list that readers would read differently is not shown to any.
    private static readonly MessageLimits Limits = new() { MaxDepth = 256 };

    private static readonly (DefinitionKind Kind, string Capability, string Method)[] Lists =
    [
        (DefinitionKind.Tool, "tools", "tools/list"), (DefinitionKind.Prompt, "prompts", "prompts/list"),
        (DefinitionKind.Resource, "resources", "resources/list"), (DefinitionKind.ResourceTemplate, "resources", "resources/templates/list"),
    ];

    private static readonly TimeSpan DiscoverPatience = TimeSpan.FromSeconds(5);

    /// <summary>Lists the tools of a server.</summary>
    /// <returns>The listed definitions, or the reason why they could not be listed.</returns>
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
                Command = request.Command,
                WorkingDirectory = request.Folder,
                Environment = ProcessEnvironment.Minimum(request.Environment),
                ShutdownGrace = TimeSpan.FromSeconds(2),
            };
            var process = LocalProcess.Start(options, static _ => { }, time);
            await using (process.ConfigureAwait(false))
            {
                var (listed, missing) = await TalkAsync(process, request.Server, time, both.Token).ConfigureAwait(false);
                return (listed, missing.Count == 0
                    ? null : new Gap(what.Replace("tools of", "lists of", StringComparison.Ordinal), string.Join("; ", missing), true));
            }
        }
        catch (Exception fault)
            when (fault is ProcessStartException or IOException or JsonException or ArgumentException or InvalidOperationException)
        {
            return (null, new Gap(what, fault is ProcessStartException ? fault.Message : "it did not answer as an MCP server", true));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, new Gap(what, "it did not answer in time", true));
        }
    }

    // One list that a server declares and does not have, or cannot read, takes nothing else out of inspection (SC-04). The lists that did come are
    // inspected, and the missing ones are named.
    private static async Task<(ListedServer Listed, IReadOnlyList<string> Missing)> TalkAsync(LocalProcess process, ServerEntry server,
        TimeProvider time, CancellationToken stop)
    {
        using var lines = new LineReader(process.Output, MostBytes);
        var told = await DiscoverAsync(process, lines, time, stop).ConfigureAwait(false);
        var isModern = told is not null;
        var revision = Modern;
        if (told is not { } started)
        {
            started = await AskAsync(process, lines, 2, "initialize",
                $$$"""{"protocolVersion":"{{{Legacy}}}","capabilities":{},"clientInfo":{"name":"gatehouse-scan","version":"1"}}""",
                stop).ConfigureAwait(false);
            revision = started.GetProperty("protocolVersion").GetString() ?? "unknown";
            await SendAsync(process, """{"jsonrpc":"2.0","method":"notifications/initialized"}""", stop).ConfigureAwait(false);
        }

        var definitions = new List<ServerDefinition>();
        DefinitionReader.ReadServer(Validated(started, out var whole), whole, definitions);
        var missing = new List<string>();
        var first = 100;
        foreach (var (kind, capability, method) in Lists)
        {
            first += 100;
            var isDeclared = started.TryGetProperty("capabilities", out var can) && can.ValueKind == JsonValueKind.Object
                && can.TryGetProperty(capability, out _);
            if (!isDeclared && kind != DefinitionKind.Tool) continue; // tools are asked for in any case: some servers have them and do not say so
            try
            {
                await ListAsync(process, lines, kind, method, isModern, first, definitions, stop).ConfigureAwait(false);
            }
            catch (NotAnsweredException fault)
            {
                if (isDeclared) missing.Add(fault.Message);
            }
        }

        if (missing.Count > 0
            && definitions.All(
            one => one.Kind is not (DefinitionKind.Tool or DefinitionKind.Prompt or DefinitionKind.Resource or DefinitionKind.ResourceTemplate)))
            throw new InvalidOperationException("none of its lists could be read: " + string.Join("; ", missing));

        var tools = definitions.Where(one => one.Kind == DefinitionKind.Tool)
            .Select(one => new ListedTool(one.Name, Description(one), Encoding.UTF8.GetString(one.Json.Span)));
        return (new ListedServer(server, revision, [.. tools]) { Definitions = definitions }, missing);
    }

    private static async Task ListAsync(LocalProcess process, LineReader lines, DefinitionKind kind, string method, bool isModern, int firstId,
        List<ServerDefinition> definitions, CancellationToken stop)
    {
        string? cursor = null;
        var last = "";
        for (var page = 0; page < MostPages; page++)
        {
            var result = await AskAsync(process, lines, firstId + page, method, Parameters(isModern, cursor), stop).ConfigureAwait(false);
            if (result.GetRawText() == last) return; // servers of several SDKs end each page with the cursor "", and give the same page for it
            last = result.GetRawText();
            var before = definitions.Count;
            var refused = DefinitionReader.ReadList(kind, Validated(result, out var range), range, definitions);
            if (refused > 0) throw new InvalidOperationException("an entry has no name, or a name occurs twice");
            if (definitions.Count(one => one.Kind == kind) > MostEntries) throw new InvalidOperationException("too many entries");
            if (definitions.Count == before && kind == DefinitionKind.Tool) _ = result.GetProperty("tools").GetArrayLength();
            cursor = result.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
            if (cursor is null) return;
        }

        throw new InvalidOperationException("too many pages");
    }

    // Row G19: a modern server is asked first; any error and silence mean the handshake of the older revisions.
    private static async Task<JsonElement?> DiscoverAsync(LocalProcess process, LineReader lines, TimeProvider time, CancellationToken stop)
    {
        await SendAsync(process, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":{" + Meta + "}}",
            stop).ConfigureAwait(false);
        var answer = lines.AnswerAsync(1, stop);
        try
        {
            var found = await answer.WaitAsync(DiscoverPatience, time, stop).ConfigureAwait(false);
            return found.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.Object ? result : null;
        }
        catch (TimeoutException)
        {
            lines.GiveUp(1);
            return null;
        }
    }

    private static byte[] Validated(JsonElement value, out ByteRange whole)
    {
        var bytes = Encoding.UTF8.GetBytes(value.GetRawText());
        if (!JsonValidator.TryValidate(bytes, Limits, out _)) throw new InvalidOperationException("parsers read its answer differently");
        whole = new ByteRange(0, bytes.Length);
        return bytes;
    }

    private static string Description(ServerDefinition tool) =>
        JsonWalk.TryFindMember(tool.Bytes.Span, tool.Range, "description"u8, out var text) ? JsonWalk.String(tool.Bytes.Span, text) ?? "" : "";

    private static string Parameters(bool isModern, string? cursor)
    {
        var named = cursor is null ? "" : $"\"cursor\":{JsonValue.Create(cursor).ToJsonString()}";
        var meta = isModern ? Meta : "";
        return "{" + named + (named.Length > 0 && meta.Length > 0 ? "," : "") + meta + "}";
    }

    private static async Task<JsonElement> AskAsync(LocalProcess process, LineReader lines, int id, string method, string parameters,
        CancellationToken stop)
    {
        await SendAsync(process, $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""", stop).ConfigureAwait(false);
        var answer = await lines.AnswerAsync(id, stop).ConfigureAwait(false);
        if (answer.TryGetProperty("result", out var result)) return result;
        var code = answer.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
            && error.TryGetProperty("code", out var number) && number.TryGetInt32(out var digits)
            ? digits.ToString(System.Globalization.CultureInfo.InvariantCulture) : "no code";
        throw new NotAnsweredException($"the server answered {method} with an error ({code})");
    }

    private sealed class NotAnsweredException(string message) : InvalidOperationException(message);

    private static async Task SendAsync(LocalProcess process, string line, CancellationToken stop)
    {
        await process.Input.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), stop).ConfigureAwait(false);
        await process.Input.FlushAsync(stop).ConfigureAwait(false);
    }
}
