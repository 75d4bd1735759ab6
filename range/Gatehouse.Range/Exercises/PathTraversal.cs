using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Range.Exercises;

/// <summary>A path that leaves the folder it begins with.</summary>
public sealed class PathTraversal : Exercise
{
    private const string Folder = "/srv/notes";
    private static readonly object Schema = new { type = "object", properties = new { path = new { type = "string" } } };

    /// <inheritdoc />
    public override string Id => "path-traversal";

    /// <inheritdoc />
    public override string Title => "A path that leaves its folder";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP05", "MCP02"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-02", "H18"];

    /// <inheritdoc />
    public override string Protection => "stage authorize, paths under a folder";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server reads every file whose path it receives (MCPSecBench: vulnerable server). A proxy permits paths that begin with the folder of "
            + "notes.",
        "Mallory's paths begin with that folder and leave it: plainly, in URL encoding, and with the separators of another system. The server "
            + "returns the secret next to the folder.",
        "Gatehouse's policy cannot decide whether a path with such parts is inside a folder, and a path that cannot be decided satisfies no permit.",
        "With a stage that checks only the beginning of the path, the server returns the secret again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) =>
        await NaiveProxy.StartAsync(fixture, (await StartServerAsync(fixture).ConfigureAwait(false)).Url,
            (_, body) => NaiveReading.PathBeginsWith(body, Folder)).ConfigureAwait(false);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http((await StartServerAsync(fixture).ConfigureAwait(false)).Url);

    internal override IReadOnlyList<PolicyRule> RulesFor(RangeFixture fixture) => Policies.Read(
        """
        version: 1
        rules:
          - id: notes
            permit: { subjects: [alice, mallory], tools: [read-file] }
            when:
              - argument: path
                under: /srv/notes
        """);

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(PartNames.Authorize, new PrefixAuthorize(Folder));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await ReadAsync(context, "plainly", Folder + "/../secret").ConfigureAwait(false),
        await ReadAsync(context, "encoded", Folder + "/%2e%2e/secret").ConfigureAwait(false),
        await ReadAsync(context, "with other separators", Folder + "/x\\..\\..\\secret").ConfigureAwait(false),
        await ReadAsync(context, "a folder of a like name", Folder + "-of-others/../secret").ConfigureAwait(false),
    ];

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("read-file", new { path = Folder + "/2026/today.md" }).ConfigureAwait(false);
        return reply.Holds("a note");
    }

    private static async Task<Attempt> ReadAsync(AttackContext context, string name, string path)
    {
        var client = context.As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("read-file", new { path }).ConfigureAwait(false);
        var read = reply.Holds(context.Canary.Secret);
        return new Attempt(name, read, read ? "the secret beside the folder came back" : $"nothing came back: {reply.Summary()}");
    }

    /// <summary>Starts a server that reads every path: the secret outside of the folder of notes, a note inside.</summary>
    internal static Task<CanaryServer> StartServerAsync(RangeFixture fixture) =>
        CanaryServer.StartAsync(fixture, overrides: (context, message) => AnswerAsync(context, message, fixture.Canary));

    private static async Task<bool> AnswerAsync(HttpContext context, JsonElement message, Canary canary)
    {
        if (message.ValueKind != JsonValueKind.Object
            || !message.TryGetProperty("method", out var method) || !message.TryGetProperty("id", out var id)) return false;
        if (method.GetString() == "tools/list")
        {
            await CanaryServer.WriteAsync(context,
                new
                {
                    jsonrpc = "2.0",
                    id,
                    result = new { resultType = "complete", tools = new[] { new { name = "read-file", inputSchema = Schema } } }
                }).ConfigureAwait(
                        false);
            return true;
        }

        if (method.GetString() != "tools/call") return false;
        var path = Path.GetFullPath(Uri.UnescapeDataString(message.GetProperty("params").GetProperty("arguments").GetProperty("path").GetString()!)
            .Replace('\\', '/'));
        await CanaryServer.WriteAsync(context,
            CanaryServer.Result(id, path.EndsWith("/srv/secret", StringComparison.Ordinal) ? canary.Secret
                : path.EndsWith("today.md", StringComparison.Ordinal) ? "a note" : "no such file")).ConfigureAwait(false);
        return true;
    }
}
