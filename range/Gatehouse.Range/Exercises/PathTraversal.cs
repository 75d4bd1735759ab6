using Gatehouse.Gateway;
using System.Text.Json;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline;
using Gatehouse.Settings;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Range.Doubles;
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
    public override Story Story { get; } = new(
        "A server reads any file whose path it is given (MCPSecBench: vulnerable server). A proxy lets pass what begins with the folder of notes.",
        "Mallory's paths begin with that folder and leave it: plainly, in the encoding of URLs, and with the separators of another system. The "
            + "secret beside the folder comes back.",
        "To Gatehouse's policy a path with such parts cannot be decided to lie under a folder, and no permit is satisfied by what cannot be decided.",
        "With a stage that looks at how the path begins, the secret comes back.");

    internal override async Task<Uri> StartUnguardedAsync(Bed bed) =>
        await NaiveProxy.StartAsync(bed, (await StartServerAsync(bed).ConfigureAwait(false)).Url,
            (_, body) => NaiveReading.PathBeginsWith(body, Folder)).ConfigureAwait(false);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(Bed bed) =>
        Upstream.Http((await StartServerAsync(bed).ConfigureAwait(false)).Url);

    internal override IReadOnlyList<PolicyRule> RulesFor(Bed bed) => Policies.Read(
        """
        version: 1
        rules:
          - id: notes
            permit: { subjects: [alice, mallory], tools: [read-file] }
            when:
              - argument: path
                under: /srv/notes
        """);

    internal override PartReplacements Replace(Bed bed) => PartReplacements.None.Put(PartNames.Authorize, new PrefixAuthorize(Folder));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Scene scene) =>
    [
        await ReadAsync(scene, "plainly", Folder + "/../secret").ConfigureAwait(false),
        await ReadAsync(scene, "encoded", Folder + "/%2e%2e/secret").ConfigureAwait(false),
        await ReadAsync(scene, "with other separators", Folder + "/x\\..\\..\\secret").ConfigureAwait(false),
        await ReadAsync(scene, "a folder of a like name", Folder + "-of-others/../secret").ConfigureAwait(false),
    ];

    internal override async Task<bool> UseHonestlyAsync(Scene scene)
    {
        var client = scene.As(Scene.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("read-file", new { path = Folder + "/2026/today.md" }).ConfigureAwait(false);
        return reply.Holds("a note");
    }

    private static async Task<Attempt> ReadAsync(Scene scene, string name, string path)
    {
        var client = scene.As(Scene.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("read-file", new { path }).ConfigureAwait(false);
        var read = reply.Holds(scene.Canary.Secret);
        return new Attempt(name, read, read ? "the secret beside the folder came back" : $"nothing came back: {reply.Summary()}");
    }

    private static Task<CanaryServer> StartServerAsync(Bed bed) =>
        CanaryServer.StartAsync(bed, overrides: (context, message) => AnswerAsync(context, message, bed.Canary));

    private static async Task<bool> AnswerAsync(HttpContext context, JsonElement message, Canary canary)
    {
        if (message.ValueKind != JsonValueKind.Object
            || !message.TryGetProperty("method", out var method) || !message.TryGetProperty("id", out var id)) return false;
        if (method.GetString() == "tools/list")
        {
            await CanaryServer.WriteAsync(context,
                new { jsonrpc = "2.0", id,
                    result = new { resultType = "complete", tools = new[] { new { name = "read-file", inputSchema = Schema } } } }).ConfigureAwait(
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
