using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Rules;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A forbidden resource under another spelling of its URI.</summary>
public sealed class RespelledUri : Exercise
{
    private const string Secret = "file:///srv/secret/";

    /// <inheritdoc />
    public override string Id => "respelled-uri";

    /// <inheritdoc />
    public override string Title => "A forbidden resource under another spelling";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP05"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["AZ-01"];

    /// <inheritdoc />
    public override string Protection => "stage authorize, spellings of URIs";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy permits reading everything under /srv except URIs that begin with file:///srv/secret/. The server reads the URI with a library, "
            + "and libraries treat many spellings as equal.",
        "Mallory reads the secret file with an escaped letter, with two slashes, with a tab inside, with a host in front, with the scheme in "
            + "capitals, and with a fragment at the end.",
        "Gatehouse's policy cannot decide about a URI that readers read differently. No permit by pattern covers it, and every forbid of its scheme "
            + "applies. The policy also compares ordinary variations, such as a fragment, in their plain form.",
        "With a stage that compares the written form, the server returns the file again.");

    internal override IReadOnlyList<PolicyRule> RulesFor(RangeFixture fixture) => Policies.Read(
        """
        version: 1
        rules:
          - id: all
            permit: { subjects: [alice, mallory], resources: ["file:///srv/*"] }
          - id: secret
            forbid: { resources: ["file:///srv/secret/*"] }
        """);

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => await NaiveProxy.StartAsync(
        fixture, await StartServerAsync(fixture).ConfigureAwait(false), (_, body) => !NaiveReading.Reads(body, Secret)).ConfigureAwait(false);

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture) =>
        Upstream.Http(await StartServerAsync(fixture).ConfigureAwait(false));

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.Authorize, new AsWrittenAuthorize(Secret));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await ReadAsync(context, "a letter escaped", "file:///srv/%73ecret/a").ConfigureAwait(false),
        await ReadAsync(context, "two slashes", "file:///srv//secret/a").ConfigureAwait(false),
        await ReadAsync(context, "a tab", "file:///srv/se\tcret/a").ConfigureAwait(false),
        await ReadAsync(context, "a host", "file://localhost/srv/secret/a").ConfigureAwait(false),
        await ReadAsync(context, "capitals", "FILE:///srv/secret/a").ConfigureAwait(false),
        await ReadAsync(context, "a fragment and an escape", "file:///srv/secre%74/a#x").ConfigureAwait(false),
    ];

    internal override async Task<bool> UseHonestlyAsync(AttackContext context) =>
        (await GetAsync(context.As(AttackContext.Victim), "file:///srv/open/a%20b").ConfigureAwait(false)).Holds("nothing much");

    private static async Task<Attempt> ReadAsync(AttackContext context, string name, string uri)
    {
        var reply = await GetAsync(context.As(AttackContext.Attacker), uri).ConfigureAwait(false);
        var read = reply.Holds(context.Canary.Secret);
        return new Attempt(name, read, read ? "the secret file came back" : $"nothing of it: {reply.Summary()}");
    }

    private static async Task<RangeReply> GetAsync(RangeClient client, string uri)
    {
        await client.InitializeAsync().ConfigureAwait(false);
        return await client.PostAsync(client.Body("resources/read", JsonSerializer.Serialize(new { uri }))).ConfigureAwait(false);
    }

    private static Task<Uri> StartServerAsync(RangeFixture fixture) =>
        ResourceServer.StartAsync(fixture, "{+uri}", null,
            (method, parameters) => method == "resources/read" ? Read(fixture, parameters.GetProperty("uri").GetString()!) : null);

    // As the URL class of browsers reads it, and the file system after it.
    private static object Read(RangeFixture fixture, string uri)
    {
        var plain = uri.Replace("\t", "", StringComparison.Ordinal).Split('#')[0];
        var path = Uri.UnescapeDataString(plain[(plain.IndexOf("//", StringComparison.Ordinal) + 2)..]).Replace("//", "/", StringComparison.Ordinal);
        var isSecret = path[path.IndexOf('/', StringComparison.Ordinal)..] == "/srv/secret/a";
        return new { contents = new[] { new { uri, mimeType = "text/plain", text = isSecret ? fixture.Canary.Secret : "nothing much" } } };
    }
}
